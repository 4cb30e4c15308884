/** All rules together, and input that no rule was made for. */
import { expect, test } from "vitest";
import { check, fixAll, flagsNamed, pathsNamed } from "../../src/launch/check.js";
import type { DocumentKind } from "../../src/launch/document-kind.js";
import { NEWEST, configuration, dlv } from "../support/launch-case.js";

const article = `{
  // Heap diagnosis, copied
  "version": "0.2.0",
  "configurations": [
    {
      "name": "Heap", "type": "go", "request": "launch",
      "mode": "launch", // launch it
      "program": "\${workspaceFolder}",
      "args": ["--allow-non-terminal-interactive=true", "-race", "serve"],
      "dlvArgs": [
        "--follow-fork=worker", // children
        "--log-output=debugline,rpc"
      ],
      "dlvLoadAll": true,
      /* all */ "dlvLoadAllConfig": { "followPointers": true },
      "dlvLoadConfig": { "maxStringLen": 4096, "maxArrayValues": 64 },
      "dlvFlags": ["--continue-on-start", "--headless", "--api-version=2", "--nope"],
      "stopOnEntry": "false",
      "dlvDapMode": true,
    },
    { "name": "Other", "type": "node", "request": "launch", "dlvArgs": ["--mine"] },
  ],
}
`;

test("fixes a copied configuration as a whole", () => {
  const { text, left, fixed } = fixAll(article, "launch", NEWEST);
  expect(text).toBe(`{
  // Heap diagnosis, copied
  "version": "0.2.0",
  "configurations": [
    {
      "name": "Heap", "type": "go", "request": "launch",
      "mode": "auto", // launch it
      "program": "\${workspaceFolder}",
      "args": ["serve"],
      // children
      "dlvLoadAll": true,
      /* all */ "hideSystemGoroutines": false, "showPprofLabels": ["*"],
      "maxStringLen": 4096,
      "dlvFlags": ["--log", "--allow-non-terminal-interactive=true", "--log-output=debuglineerr,rpc"],
      "stopOnEntry": false,
      "debugAdapter": "dlv-dap",
      "buildFlags": ["-race"],
      "followExec": true,
      "followExecRegex": "worker",
    },
    { "name": "Other", "type": "node", "request": "launch", "dlvArgs": ["--mine"] },
  ],
}
`);
  expect(left.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
    "information load-all",
    "information flag-in-vain",
  ]);
  expect(fixed.length).toBeGreaterThan(10);
});

test("says less, and never fails, at every length of a half-typed file", () => {
  for (let length = 0; length <= article.length; length++) {
    const text = article.slice(0, length);
    for (const kind of ["launch", "settings", "workspace"] as const) check(text, kind, NEWEST);
    // Fixing what can be read makes nothing worse, and comes to an end.
    const { text: once } = fixAll(text, "launch", NEWEST);
    expect(fixAll(once, "launch", NEWEST).text).toBe(once);
  }
});

const deep = "[".repeat(200_000) + "]".repeat(200_000);
const strange: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["a byte order mark", "\uFEFF"],
  ["a lone surrogate", '{"configurations":[{"type":"go","request":"launch","program":"\ud800","\ud800":1}]}'],
  ["zeros", "\0\0\0{"],
  ["a list", "[1,2]"],
  ["null", "null"],
  ["text", "not json at all"],
  ["deep lists", deep],
  ["deep objects", '{"a":'.repeat(100_000)],
  ["a deep configuration", `{"configurations":[{"type":"go","request":"launch","program":".","env":${deep}}]}`],
  ["strange types", '{"configurations":{"a":1},"compounds":3,"inputs":[null,{"id":2}],"launch":[]}'],
  ["strange members", '{"configurations":[null,1,"x",[],{"type":"go","request":["launch"],"name":{},"dlvFlags":{}}]}'],
  [
    "keys of objects",
    '{"configurations":[{"type":"go","request":"launch","program":".","__proto__":{"a":1},"constructor":1,"toString":"x"}]}',
  ],
  [
    "flags called like methods",
    configuration('"request": "launch", "program": ".", "dlvFlags": ["--constructor", "--toString=1"]'),
  ],
  [
    "modes called like methods",
    configuration('"request": "launch", "program": ".", "mode": "constructor", "logOutput": "toString"'),
  ],
  [
    "many flags",
    configuration(
      `"request": "launch", "program": ".", "dlvFlags": ${JSON.stringify(Array.from({ length: 500 }, (_, i) => `--f${i}`))}`,
    ),
  ],
  [
    "a long word",
    configuration(`"request": "launch", "program": ".", "${"x".repeat(100_000)}": 1, "args": "${"a ".repeat(50_000)}"`),
  ],
];

test.each(strange)("survives %s", (_, text) => {
  for (const kind of ["launch", "settings", "workspace"] as const) {
    const { text: fixed } = fixAll(text, kind, NEWEST);
    expect(fixAll(fixed, kind, NEWEST).text).toBe(fixed);
    pathsNamed(text, kind);
    flagsNamed(text, kind);
  }
});

test("reads past 5 MB of comments", () => {
  const comments = "  // line\n  /* block */\n".repeat(100_000);
  const text = `{\n${comments}"configurations": [\n${comments}{ "type": "go", "request": "launch", "program": ".", "dlvDapMode": true }${comments}] }`;
  expect(text.length).toBeGreaterThan(5_000_000);
  const { text: fixed } = fixAll(text, "launch", NEWEST);
  expect(fixed.length - text.length).toBe(`"debugAdapter": "dlv-dap"`.length - `"dlvDapMode": true`.length);
});

test("a configuration that is right has no findings", () => {
  const right = `{
    "inputs": [{ "id": "port", "type": "promptString" }],
    "compounds": [{ "name": "both", "configurations": ["A", "B"] }],
    "configurations": [
      { "name": "A", "type": "go", "request": "launch", "mode": "auto", "program": "\${fileDirname}", "args": "-v",
        "env": { "A": "\${input:port}", "B": null }, "envFile": [".env"], "buildFlags": "-tags=x", "dlvFlags": ["--check-go-version=false"],
        "showLog": true, "logOutput": "dap,rpc", "followExec": true, "maxStringLen": 9999, "console": "integratedTerminal",
        "substitutePath": [{ "from": "\${workspaceFolder}", "to": "/src" }], "windows": { "program": "x" }, "preLaunchTask": "build" },
      { "name": "B", "type": "go", "request": "attach", "mode": "remote", "port": 2345, "host": "127.0.0.1" },
      { "name": "C", "type": "go", "request": "attach", "mode": "local", "processId": "\${command:pickProcess}" },
      { "name": "D", "type": "go", "request": "launch", "mode": "exec", "program": "\${workspaceFolder}/app" }
    ]
  }`;
  expect(check(right, "launch", { ...NEWEST, root: true })).toEqual([]);
  expect(check(`{ "launch": ${right} }`, "settings", { ...NEWEST, root: true })).toEqual([]);
});

test.each<[DocumentKind, string, number]>([
  ["launch", `{ "configurations": [CASE] }`, 1],
  ["settings", `{ "launch": { "configurations": [CASE] } }`, 1],
  ["workspace", `{ "launch": { "configurations": [CASE] }, "settings": { "go.goplsArgs": [] } }`, 2],
  ["settings", `{ "launch": { "configurations": [CASE] }, "go.delveConfig": { "dlvDapMode": true } }`, 2],
  // That there is none in this file, which VS Code reads past.
  ["launch", `{ "launch": { "configurations": [CASE] } }`, 1],
])("finds configurations in %s: %s", (kind, text, findings) => {
  const body = `{ "type": "go", "request": "launch", "program": ".", "dlvDapMode": true }`;
  expect(check(text.replace("CASE", body), kind, NEWEST)).toHaveLength(findings);
});

test("names what the machine should be asked about", () => {
  expect(pathsNamed(article, "launch")).toEqual(["${workspaceFolder}"]);
  expect(flagsNamed(article, "launch")).toEqual(["continue-on-start", "headless", "api-version", "nope"]);
});

test("without a dlv, judges by the newest one", () => {
  const facts = { goos: "linux", proxy: false } as const;
  const text = configuration(
    '"request": "launch", "program": ".", "followExec": true, "maxStringLen": 9999, "dlvFlags": ["--nope"]',
  );
  expect(check(text, "launch", facts).map(({ rule }) => rule)).toEqual(["unknown-flag"]);
});

test("speaks of the proxy only where there is one", () => {
  const words = (proxy: boolean) =>
    check(article, "launch", dlv("1.24.0", { proxy }))
      .map(({ message }) => message)
      .join(" ");
  expect(words(false)).not.toMatch(/proxy/i);
  expect(words(true)).toMatch(/Go Diagnostics proxy/);
});
