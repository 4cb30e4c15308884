/** `godiag launch` as typed: exit codes, the JSON contract, SARIF, and files that must not be harmed. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { testTerminal } from "../support/terminal.js";

const root = mkdtempSync(join(tmpdir(), "godiag launch ü-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A dlv that answers like the newest one and knows no flag but --log. */
const dlv = join(root, "dlv");
writeFileSync(
  dlv,
  `#!/bin/sh
case "$*" in
  version) printf 'Delve Debugger\\nVersion: 1.27.1\\n' ;;
  "dap --help --log") echo help ;;
  *) echo "Error: unknown flag: $3" >&2 ;;
esac
`,
  { mode: 0o755 },
);

const broken = `\uFEFF{
  "configurations": [
    // mine
    { "name": "A", "type": "go", "request": "launch", "program": ".", "dlvFlags": ["--follow-fork", "--log"] }
  ]
}
`.replaceAll("\n", "\r\n");
const fixed = broken.replace(`["--follow-fork", "--log"]`, `["--log"], "followExec": true`);

let work = "";
beforeEach(() => {
  work = mkdtempSync(join(root, "w-"));
  mkdirSync(join(work, ".vscode"));
});
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(work, name), text);
const read = (name: string) => readFileSync(join(work, name), "utf8");

async function godiag(line: string, { cwd = work, stdin = "" } = {}) {
  const terminal = testTerminal({ cwd, stdin: new TextEncoder().encode(stdin), env: { PATH: root } });
  const code = await run(["launch", ...line.split(" ")], terminal);
  return { code, ...terminal.written, json: () => JSON.parse(terminal.written.out) as Record<string, never> };
}

describe("exit codes", () => {
  test.each([
    ["check", broken, 1],
    ["check", fixed, 0],
    ["check", "{", 1],
    ["check", "{}", 0],
    ["check", `{ "configurations": [{ "type": "go", "request": "launch", "program": ".", "dlvLoadAll": true }] }`, 0],
    ["fix", broken, 0],
    ["fix", `{ "configurations": [{ "type": "go", "request": "launch", "mode": "exec", "program": "gone" }] }`, 1],
  ])("%s %s", async (command, text, code) => {
    write(".vscode/launch.json", text);
    expect((await godiag(command)).code).toBe(code);
  });

  test.each([
    ["check nothing.json", "no-file", /there is no such file/],
    ["check .", "no-file", /there is no such file/],
    ["check", "no-file", /neither this folder nor one above it/],
    ["check latin.json", "encoding", /not UTF-8/],
    ["check loop.json", "no-file", /symbolic link in a circle/],
    ["check --dlv nodlv empty.json", "no-dlv", /no program that can be run/],
    ["check --json --sarif empty.json", "usage", /two formats/],
    ["check a b", "usage", /too many arguments/],
    ["fix --write -", "no-file", /it is no file/],
  ])("%s", async (line, code, words) => {
    write("latin.json", Uint8Array.of(0x7b, 0xe4, 0x7d));
    write("empty.json", "{}");
    symlinkSync("loop.json", join(work, "loop.json"));
    const ended = await godiag(`${line} --json`, { stdin: broken });
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(words);
    expect(ended.err).toMatch(/^godiag: /);
    expect(ended.json()).toMatchObject({ error: { code } });
  });
});

test("finds launch.json and settings.json upwards", async () => {
  write(".vscode/launch.json", broken);
  write(".vscode/settings.json", `{ "go.goplsArgs": [] }`);
  mkdirSync(join(work, "a", "b"), { recursive: true });
  const { findings, file } = (await godiag("check --json", { cwd: join(work, "a", "b") })).json() as unknown as {
    file: string;
    findings: { file: string; rule: string }[];
  };
  expect(file).toBe("../../.vscode/launch.json");
  expect(findings.map((finding) => `${finding.file} ${finding.rule}`)).toEqual([
    "../../.vscode/launch.json follow-fork",
    "../../.vscode/settings.json gopls-args",
  ]);
});

test("the JSON of a check", async () => {
  write(".vscode/launch.json", broken);
  expect((await godiag(`check --json`)).json()).toEqual({
    file: ".vscode/launch.json",
    dlv: { version: "1.27.1", path: dlv },
    findings: [
      {
        file: ".vscode/launch.json",
        rule: "follow-fork",
        severity: "error",
        message: expect.stringMatching(/^No version of dlv has a flag `--follow-fork`: dlv exits/) as string,
        configuration: "A",
        offset: broken.indexOf(`"--follow-fork"`),
        length: `"--follow-fork"`.length,
        line: 4,
        column: 84,
        fix: { title: "Follow children with followExec", edits: expect.any(Array) as unknown[] },
      },
    ],
  });
});

test("asks this machine's dlv which flags it takes", async () => {
  write(
    "l.json",
    `{ "configurations": [{ "type": "go", "request": "launch", "program": ".", "dlvFlags": ["--log", "--disable-aslr"] }] }`,
  );
  const ended = await godiag("check l.json --json");
  expect(ended.json()).toMatchObject({
    findings: [{ rule: "unknown-flag", message: expect.stringContaining("--disable-aslr") as string }],
  });
});

test("a dlv that is not there is told, not fatal", async () => {
  write("l.json", broken);
  const terminal = testTerminal({ cwd: work, env: { PATH: join(root, "nowhere") } });
  expect(await run(["launch", "check", "l.json"], terminal)).toBe(1);
  expect(terminal.written.out).toContain("no dlv answered, judged by the newest");
});

test("programs of the folder that is examined are not run", async () => {
  const ran = join(work, "ran");
  for (const folder of [".tools/bin", "bin", "."]) {
    mkdirSync(join(work, folder), { recursive: true });
    for (const tool of ["dlv", "gopls", "go"]) {
      writeFileSync(join(work, folder, tool), `#!/bin/sh\ntouch "${ran}"\n`, { mode: 0o755 });
    }
  }
  write(".vscode/launch.json", broken.replace('"type"', '"memory-limit": 1, "type"'));
  const before = process.cwd();
  process.chdir(work);
  onTestFinished(() => process.chdir(before));
  const terminal = testTerminal({ cwd: work, env: { PATH: ":.:bin:.tools/bin" } });
  expect(await run(["launch", "check"], terminal)).toBe(1);
  expect(terminal.written.out).toContain("no dlv answered");
  expect(await run(["env", "check"], terminal)).toBe(1);
  expect(existsSync(ran)).toBe(false);
});

test("a dlv that hangs is waited for two seconds, and no longer", async () => {
  const hanging = join(work, "hanging dlv");
  writeFileSync(hanging, "#!/bin/sh\nsleep 60\n", { mode: 0o755 });
  write("l.json", broken);
  const terminal = testTerminal({ cwd: work, env: { PATH: process.env["PATH"] ?? "" } });
  expect(await run(["launch", "check", "l.json", "--dlv", hanging], terminal)).toBe(1);
  expect(terminal.written.out).toContain("no dlv answered");
});

test("the text of a check", async () => {
  write(".vscode/launch.json", broken);
  expect((await godiag("check")).out).toBe(`.vscode/launch.json (dlv 1.27.1)

4:84     error       follow-fork
         No version of dlv has a flag \`--follow-fork\`: dlv exits on it before it starts. You wanted to debug child processes too. The fix writes \`followExec\` instead, which dlv 1.26 and newer read.
         fix: Follow children with followExec

1 error; all can be fixed: godiag launch fix --write
`);
  write(".vscode/launch.json", fixed);
  expect((await godiag("check")).out).toBe(".vscode/launch.json (dlv 1.27.1)\nnothing wrong\n");
});

test("SARIF names rules, places and replacements", async () => {
  write(".vscode/launch.json", broken);
  const log = (await godiag("check --sarif")).json() as unknown as {
    version: string;
    runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
  };
  expect(log.version).toBe("2.1.0");
  expect(log.runs[0].tool.driver.rules.map(({ id }) => id)).toEqual(["follow-fork"]);
  expect(log.runs[0].results).toMatchObject([
    {
      ruleId: "follow-fork",
      ruleIndex: 0,
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: ".vscode/launch.json" },
            region: { startLine: 4, startColumn: 84, charOffset: broken.indexOf(`"--follow-fork"`), charLength: 15 },
          },
        },
      ],
      fixes: [{ artifactChanges: [{ replacements: expect.any(Array) as unknown[] }] }],
    },
  ]);
});

describe("fix", () => {
  test("prints the fixed text, byte for byte", async () => {
    write(".vscode/launch.json", broken);
    const ended = await godiag("fix");
    expect(ended.out).toBe(fixed);
    expect(read(".vscode/launch.json")).toBe(broken);
    expect(ended.err).toContain("1 problem fixed");
  });

  test("reads standard input", async () => {
    expect((await godiag("fix -", { stdin: broken })).out).toBe(fixed);
  });

  test("--json says what was fixed and what is left", async () => {
    write("l.json", broken);
    expect((await godiag("fix l.json --json")).json()).toMatchObject({
      file: "l.json",
      findings: [],
      files: [{ file: "l.json", fixed: [{ rule: "follow-fork" }], text: fixed }],
    });
  });

  test("--write replaces the file behind a symbolic link and keeps its mode", async () => {
    write("real.json", broken);
    chmodSync(join(work, "real.json"), 0o640);
    symlinkSync("../real.json", join(work, ".vscode", "launch.json"));
    expect((await godiag("fix --write")).code).toBe(0);
    expect(read("real.json")).toBe(fixed);
    expect(statSync(join(work, "real.json")).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(work, ".vscode", "launch.json")).isSymbolicLink()).toBe(true);
    expect(readdirSync(work).sort()).toEqual([".vscode", "real.json"]);
  });

  test("--write refuses a read-only file", async () => {
    write("l.json", broken);
    chmodSync(join(work, "l.json"), 0o444);
    const ended = await godiag("fix l.json --write");
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(/cannot write l\.json: it is read-only\. Make it writable/);
    expect(read("l.json")).toBe(broken);
  });

  test("--write leaves a file alone in which nothing is wrong", async () => {
    write("l.json", fixed);
    chmodSync(join(work, "l.json"), 0o444);
    expect((await godiag("fix l.json --write")).code).toBe(0);
  });
});
