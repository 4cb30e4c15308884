/**
 * launch.json files of the shapes that public repositories have, written for this test from the attributes and
 * combinations that they use: no false error, and after the fixes nothing is left to fix and nothing to warn about.
 */
import { expect, test } from "vitest";
import { check, fixAll, pathsNamed } from "../../src/launch/check.js";
import type { Facts } from "../../src/launch/rule.js";
import { NEWEST } from "../support/launch-case.js";

/** The workspace that they lie in. */
const folders = [
  "",
  "/cmd/server",
  "/cmd/worker",
  "/backend",
  "/desktop",
  "/tests/e2e",
  "/src/raft",
  "/provider/cmd/p",
];
const files = ["/main.go", "/cmd/server/main.go", "/src/raft/test_test.go", "/.env", "/local.env", "/bin/app"];
const main = { kind: "main", hasTests: true, mains: 1 } as const;

const launch = (...lines: string[]) => `"request": "launch", ${lines.join(", ")}`;
const attach = (...lines: string[]) => `"request": "attach", ${lines.join(", ")}`;
const root = `"program": "\${workspaceFolder}"`;
const server = `"program": "\${workspaceFolder}/cmd/server"`;
const debug = `"mode": "debug"`;
const auto = `"mode": "auto"`;
const inTests = `"mode": "test"`;
const remote = `"mode": "remote", "port": 2345, "host": "127.0.0.1"`;

const SHAPES: readonly string[] = [
  // One program.
  launch(auto, `"program": "\${fileDirname}"`),
  launch(auto, `"program": "\${file}"`),
  launch(auto, root, `"env": {}`, `"args": []`),
  launch(auto, `"program": "\${workspaceRoot}"`),
  launch(debug, server, `"args": ["start"]`),
  launch(debug, `"program": "\${workspaceFolder}/cmd/server/main.go"`, `"cwd": "\${workspaceFolder}"`),
  launch(debug, `"program": "cmd/server"`, `"args": ["--config", "config.yaml", "--v=4"]`),
  launch(debug, `"program": "./cmd/server"`, `"envFile": "\${workspaceFolder}/.env"`),
  launch(debug, root, `"envFile": ["\${workspaceFolder}/.env", "\${workspaceFolder}/local.env"]`),
  launch(debug, root, `"env": { "APP_ENV": "development", "PORT": "8080", "PATH": "\${env:PATH}:/opt/bin" }`),
  launch(debug, root, `"args": "serve --port 8080 --name 'a b'"`),
  launch(`"mode": "exec"`, `"program": "\${workspaceFolder}/bin/app"`, `"cwd": "\${workspaceFolder}/"`),
  launch(`"mode": "exec"`, `"program": "\${workspaceFolder}/out/app"`, `"preLaunchTask": "build"`),
  launch(debug, root, `"preLaunchTask": { "type": "npm", "script": "build" }`, `"postDebugTask": "stop"`),
  launch(debug, `"program": "\${workspaceFolder}/gen"`, `"preLaunchTask": "generate"`),
  launch(debug, root, `"console": "integratedTerminal"`, `"asRoot": true`),
  launch(debug, root, `"console": "externalTerminal"`, `"showLog": true`, `"logOutput": "dap"`),
  launch(debug, root, `"stopOnEntry": true`, `"showGlobalVariables": true`, `"hideSystemGoroutines": true`),
  launch(
    debug,
    root,
    `"serverReadyAction": { "pattern": "listening on (.*)", "uriFormat": "%s", "action": "openExternally" }`,
  ),
  launch(
    debug,
    root,
    `"presentation": { "group": "go", "order": 1, "hidden": false }`,
    `"internalConsoleOptions": "openOnSessionStart"`,
  ),
  launch(debug, root, `"output": "\${workspaceFolder}/bin/debug"`, `"stackTraceDepth": 100`),
  launch(debug, root, `"substitutePath": [{ "from": "\${workspaceFolder}", "to": "/go/src/app" }]`),
  launch(debug, root, `"debugAdapter": "dlv-dap"`, `"noDebug": true`),
  launch(debug, root, `"debugAdapter": "legacy"`, `"apiVersion": 2`, `"dlvLoadConfig": { "maxStringLen": 1024 }`),
  launch(debug, root, `"dlvFlags": ["--check-go-version=false"]`),
  launch(debug, root, `"dlvFlags": ["--only-same-user=false"]`, `"console": "integratedTerminal"`),
  launch(debug, root, `"outputMode": "remote"`),
  launch(debug, root, `"stdinFrom": "\${workspaceFolder}/.env"`),
  launch(
    debug,
    root,
    `"linux": { "env": { "A": "l" } }`,
    `"windows": { "program": "\${workspaceFolder}\\\\cmd\\\\server" }`,
  ),
  launch(debug, root, `"osx": { "args": ["--mac"] }`, `"linux": { "args": ["--gtk"] }`),
  // Build flags.
  launch(debug, `"program": "\${workspaceFolder}/desktop"`, `"buildFlags": "-tags dev"`),
  launch(auto, `"program": "\${workspaceFolder}/cmd/server/main.go"`, `"buildFlags": "-mod vendor"`),
  launch(
    auto,
    `"program": "\${workspaceFolder}/provider/cmd/p"`,
    `"buildFlags": "-ldflags '-X example.com/p/version.Version=1.0.0-alpha+dev'"`,
  ),
  launch(debug, root, `"buildFlags": "--tags=fts5"`),
  launch(debug, root, `"buildFlags": "-buildvcs=false"`),
  launch(debug, root, `"buildFlags": ["-tags", "a,b", "-race"]`),
  launch(debug, root, `"buildFlags": ["-tags=integration", "-ldflags=-X main.version=dev"]`),
  launch(debug, root, `"buildFlags": "-tags='a b'"`, `"env": { "CGO_ENABLED": "1", "GOFLAGS": "-mod=mod" }`),
  launch(debug, root, `"buildFlags": "-gcflags='all=-N -l'"`),
  launch(debug, root, `"buildFlags": "-gcflags=all=-N -v"`),
  launch(debug, root, `"buildFlags": "\${config:go.buildFlags}"`),
  // Tests.
  launch(
    inTests,
    `"program": "\${workspaceFolder}/tests/e2e"`,
    `"args": ["-test.timeout", "30m", "-test.run", "IntegrationTestSuite", "-test.v"]`,
    `"buildFlags": "-tags e2e"`,
  ),
  launch(
    inTests,
    `"program": "\${workspaceFolder}/src/raft/test_test.go"`,
    `"cwd": "\${workspaceFolder}/src/raft"`,
    `"buildFlags": "-race"`,
  ),
  launch(inTests, `"program": "\${fileDirname}"`, `"args": ["-test.run", "\${selectedText}"]`),
  launch(inTests, `"program": "\${file}"`, `"args": ["-test.run", "^\${input:name}$", "-test.count=1"]`),
  launch(inTests, `"program": "\${workspaceFolder}/tests/e2e"`, `"args": ["-test.v", "--", "-kubeconfig", "x", "-v"]`),
  launch(
    inTests,
    `"program": "\${workspaceFolder}/tests/e2e"`,
    `"args": ["-ginkgo.focus=a b", "-ginkgo.v", "-test.v", "-v=5"]`,
  ),
  launch(
    inTests,
    `"program": "\${relativeFileDirname}"`,
    `"env": { "TF_ACC": "1" }`,
    `"showLog": true`,
    `"trace": "verbose"`,
  ),
  // Joining.
  attach(`"mode": "local"`, `"processId": 0`),
  attach(`"mode": "local"`, `"processId": "\${command:pickProcess}"`),
  attach(`"mode": "local"`, `"processId": "\${command:pickGoProcess}"`, `"stopOnEntry": false`),
  attach(`"mode": "local"`, `"processId": "server"`),
  attach(remote),
  attach(remote, `"substitutePath": [{ "from": "\${workspaceFolder}", "to": "/app" }]`),
  attach(remote, `"remotePath": "\${workspaceFolder}"`),
  attach(remote, `"remotePath": "/go/src/example.com/app"`, `"apiVersion": 2`, `"showLog": true`),
  attach(remote, `"remotePath": "/app"`, `"cwd": "\${workspaceFolder}/backend"`, `"trace": "verbose"`),
  attach(
    `"debugAdapter": "dlv-dap"`,
    `"mode": "remote"`,
    `"port": 40000`,
    `"host": "<host_ip>"`,
    `"preLaunchTask": "forward"`,
  ),
  // What golang.go's old templates wrote.
  launch(
    debug,
    `"remotePath": ""`,
    `"port": 2345`,
    `"host": "127.0.0.1"`,
    root,
    `"env": {}`,
    `"args": []`,
    `"showLog": true`,
  ),
  launch(
    debug,
    root,
    `"apiVersion": 2`,
    `"dlvLoadConfig": { "followPointers": true, "maxStringLen": 64 }`,
    `"trace": "log"`,
  ),
];

const facts = (text: string): Facts => {
  const at = (path: string) =>
    path
      .replace(/\$\{workspace(?:Folder|Root)\}/, "")
      .replace(/^(?:\.\/)?(?=[a-z])/, "/")
      .replace(/\/$/, "");
  const known = pathsNamed(text, "launch").filter((path) => !/\$\{(?!workspace(?:Folder|Root)\})/.test(path));
  const kind = (path: string) =>
    folders.includes(at(path)) ? "directory" : files.includes(at(path)) ? "file" : "missing";
  return {
    ...NEWEST,
    root: true,
    folder: "/home/me/app",
    paths: Object.fromEntries(known.map((path) => [path, kind(path)])),
    packages: Object.fromEntries(known.filter((path) => kind(path) !== "missing").map((path) => [path, main])),
  };
};

/** As people write them: a comment, and a comma too many. */
const fileOf = (body: string) => `{
  // Use IntelliSense to learn about possible attributes.
  "version": "0.2.0",
  "inputs": [{ "id": "name", "type": "promptString" }],
  "configurations": [
    {
      "name": "A",
      "type": "go",
      ${body.replaceAll(', "', ',\n      "')},
    },
  ],
}
`;

test("there are 60 of them", () => expect(new Set(SHAPES).size).toBe(60));

test.each(SHAPES)("%s", (body) => {
  const text = fileOf(body);
  const known = facts(text);
  const found = check(text, "launch", known);
  expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
  // F5 asks about these as well: none of them but a remote path, without which breakpoints miss.
  const asked = found.filter(({ severity, isHarmless }) => severity === "warning" && !isHarmless);
  expect(asked.filter(({ rule }) => rule !== "remote-path")).toEqual([]);
  const { text: fixed } = fixAll(text, "launch", known);
  const left = check(fixed, "launch", { ...known, ...facts(fixed) });
  expect(left.filter(({ severity, fix }) => severity !== "information" || fix)).toEqual([]);
});
