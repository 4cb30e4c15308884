/** The set-up on machines that lack something: each time one message with the command to run, and nothing half done. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
const nodeAndNpm = dirname(process.execPath);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "go-diagnostics-setup-"));
  copyFileSync("setup.mjs", join(folder, "setup.mjs"));
  lock({});
  installed({});
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Packages = Record<string, { version: string; optional?: boolean }>;

const put = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const lockText = (packages: Packages) => JSON.stringify({ lockfileVersion: 3, packages: { "": {}, ...packages } });
const lock = (packages: Packages) => put("package-lock.json", lockText(packages));
/** What npm would have left behind. */
const installed = (packages: Packages) => {
  put("node_modules/.package-lock.json", lockText(packages));
  for (const [path, { version }] of Object.entries(packages)) put(`${path}/package.json`, JSON.stringify({ version }));
};
/** A program on PATH that only says it was called. */
const program = (name: string, script = "echo called") => {
  put(`bin/${name}`, `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "bin", name), 0o755);
};

function setUp(plan: string, path = join(folder, "bin"), env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "setup.mjs"), plan], {
    env: { PATH: path, HOME: folder, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("an unknown plan is answered with the known ones", () => {
  expect(setUp("everything")).toEqual({
    status: 2,
    stdout: "",
    stderr: "usage: node setup.mjs start|test|workbench|fleet\n",
  });
});

test("a machine that has all of it is told nothing", () => {
  program("go");
  expect(setUp("start")).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("without Go, the demo goes on and the tests do not", () => {
  const demo = setUp("start");
  expect([demo.status, demo.stdout]).toEqual([0, expect.stringContaining("Go was not found: going on")]);
  const tests = setUp("test");
  expect([tests.status, tests.stderr]).toEqual([1, expect.stringMatching(/go\.dev\/dl.*npm test/s)]);
});

test.each<[string, Packages, Packages]>([
  ["a missing package", { "node_modules/a": { version: "1.0.0" } }, {}],
  ["another version", { "node_modules/a": { version: "1.0.0" } }, { "node_modules/a": { version: "1.0.1" } }],
  ["a package too many", {}, { "node_modules/a": { version: "1.0.0" } }],
])("%s makes it run npm ci, and say so when that fails", (_name, wanted, present) => {
  lock(wanted);
  installed(present);
  program("npm", "echo 'no such host'; exit 1");
  const { status, stderr } = setUp("start");
  expect(status).toBe(1);
  expect(stderr).toMatch(/npm ci failed \(exit code 1\):\nno such host\n\n.*run: npm ci/s);
});

test("an optional package of another platform may be missing", () => {
  lock({ "node_modules/a": { version: "1.0.0", optional: true } });
  expect(setUp("start")).toMatchObject({ status: 0, stderr: "" });
});

test("a registry that cannot be reached", () => {
  lock({ "node_modules/a": { version: "1.0.0" } });
  put("package.json", JSON.stringify({ dependencies: { a: "1.0.0" } }));
  const offline = { npm_config_registry: "http://127.0.0.1:1/", npm_config_fetch_retries: "0" };
  const { status, stderr } = setUp("start", nodeAndNpm + delimiter + process.env["PATH"], offline);
  expect(status).toBe(1);
  expect(stderr).toContain("The npm registry could not be used. When it can be reached, run: npm ci");
});

test("Delve that cannot be built leaves nothing behind, and names the command", () => {
  program("go", "echo 'module lookup disabled'; exit 1");
  const { status, stderr } = setUp("test");
  expect(status).toBe(1);
  expect(stderr).toMatch(/module lookup disabled.*go install github\.com\/go-delve\/delve\/cmd\/dlv@v1\.27\.1/s);
  expect(existsSync(join(folder, ".tools/bin/dlv"))).toBe(false);
});

test("Delve is built once, with the person's module settings left out", () => {
  program("go", 'echo "$GOFLAGS" > "$GOBIN/dlv"');
  const env = { GOFLAGS: "-buildvcs=false -mod=vendor" };
  const first = setUp("test", undefined, env);
  expect(first.stdout).toContain("building Delve 1.27.1");
  expect(readdirSync(join(folder, ".tools/bin")).sort()).toEqual([".dlv-version", "dlv"]);
  expect(setUp("test", undefined, env).stdout).not.toContain("Delve");
});

test("a folder that a killed run left is cleared away", () => {
  put(".tools/workbench.partial-999999999/half", "");
  program("go");
  setUp("start");
  expect(readdirSync(join(folder, ".tools"))).toEqual([]);
});

test("no browser and no apt-get", () => {
  program("go", ': > "$GOBIN/dlv"');
  const { status, stderr } = setUp("test");
  expect(status).toBe(1);
  expect(stderr).toMatch(/chromium must be installed by hand: this system has no apt-get/);
});

test("system packages are installed by root, and anybody else is told the command", () => {
  program("go", ': > "$GOBIN/dlv"');
  program("apt-get", 'echo "$DEBIAN_FRONTEND $*"; exit 100');
  const { status, stderr } = setUp("test");
  expect(status).toBe(1);
  expect(stderr).toMatch(/sudo apt-get update && sudo apt-get install -y --no-install-recommends .*chromium/);
  const asRoot = /noninteractive -o DPkg::Lock::Timeout=120 update/;
  expect(stderr).toMatch(process.getuid?.() === 0 ? asRoot : /must be installed by root/);
});

test("CHROME that names nothing", () => {
  program("go", ': > "$GOBIN/dlv"');
  const { stderr } = setUp("test", undefined, { CHROME: "/nowhere/chrome" });
  expect(stderr).toContain("CHROME names /nowhere/chrome, which is not there");
});
