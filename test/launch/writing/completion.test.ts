import { parse } from "jsonc-parser";
import { expect, test } from "vitest";
import { completionsAt } from "../../../src/launch/writing/completion.js";
import type { Facts } from "../../../src/launch/rule.js";
import { SNIPPETS } from "../../../src/launch/writing/snippets.js";
import { dlv, NEWEST } from "../../support/launch-case.js";

const golang: Facts = { ...NEWEST, golangExtension: { version: "0.58.0" } };
const launch = (body: string) => `{ "configurations": [{ "type": "go", "request": "launch", ${body} }] }`;

/** What is offered at the bar, and the text after taking one with all its defaults. */
function complete(marked: string, facts: Facts = NEWEST, kind: "launch" | "settings" = "launch") {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const found = completionsAt(text, kind, offset, facts);
  return {
    labels: found.map(({ label }) => label),
    taking: (label: string) => {
      const one = found.find((each) => each.label === label);
      if (!one) throw new Error(`${label} is not offered`);
      return text.slice(0, one.offset) + inserted(one.snippet) + text.slice(one.offset + one.length);
    },
  };
}

const inserted = (snippet: string) =>
  snippet
    .replace(/(?<!\\)\$\{\d+\|([^,|]*)[^}]*\}/g, "$1")
    .replace(/(?<!\\)\$\{\d+:([^}]*)\}/g, "$1")
    .replace(/(?<!\\)\$\d/g, "")
    .replace(/\\([\\$}])/g, "$1");

test.each([
  [`|`, "stopOnEntry", `"stopOnEntry": true`],
  [`"|"`, "stopOnEntry", `"stopOnEntry": true`],
  [`"sto|": false`, "stopOnEntry", `"stopOnEntry": false`],
  [`"|" "args": []`, "followExec", `"followExec": true, "args": []`],
  [`"|"`, "outputMode", `"outputMode": "local"`],
  [`"|"`, "program", `"program": "\${workspaceFolder}"`],
  [`"|"`, "stackTraceDepth", `"stackTraceDepth": 50`],
  [`"|"`, "buildFlags", `"buildFlags": [""]`],
  [`"mode": "|"`, "exec", `"mode": "exec"`],
  [`"mode": |`, "test", `"mode": "test"`],
  [`"stopOnEntry": |`, "true", `"stopOnEntry": true`],
  [`"dlvFlags": ["|"]`, "--check-go-version", `"dlvFlags": ["--check-go-version"]`],
])("%s: taking %s", (body, label, after) => {
  expect(complete(launch(body)).taking(label)).toBe(launch(after));
});

test.each<[string, Facts, string[], string[]]>([
  [`"|"`, NEWEST, ["followExec", "maxStringLen"], ["processId", "apiVersion", "dlvLoadAll", "type"]],
  [`"|"`, dlv("1.24.0"), ["showPprofLabels"], ["followExec", "maxStringLen"]],
  [`"|"`, golang, ["showRawStrings", "dlvCwd"], ["followExec", "program"]],
  [`"cwd": "", "|"`, NEWEST, ["program"], ["cwd"]],
  [`"mode": "|"`, golang, [], ["exec"]],
  [
    `"dlvFlags": ["|"]`,
    NEWEST,
    ["--check-go-version"],
    ["--follow-fork", "--allow-non-terminal-interactive", "--headless"],
  ],
  [`"env": { "|" }`, NEWEST, [], ["program"]],
])("%s offers what this dlv reads", (body, facts, offered, not) => {
  const { labels } = complete(launch(body), facts);
  expect(labels).toEqual(expect.arrayContaining(offered));
  expect(labels.filter((label) => not.includes(label))).toEqual([]);
});

test.each([
  [`{ "configurations": [|] }`],
  [`{ "configurations": [{ "name": "Old" }, |] }`],
  [`{ "configurations": [|{ "name": "Old" }] }`],
  [`{ "configurations": [{ "name": "Old" } |] }`],
])("whole configurations: %s", (marked) => {
  const { labels, taking } = complete(marked);
  expect(labels).toEqual(SNIPPETS.map(({ label }) => label));
  for (const label of labels) {
    const errors: unknown[] = [];
    const { configurations } = parse(taking(label), errors as never[], { allowTrailingComma: true }) as {
      configurations: { type?: string; program?: string }[];
    };
    expect(errors, label).toEqual([]);
    expect(configurations.some(({ type }) => type === "go")).toBe(true);
  }
});

test("nothing in other types, and nothing outside of configurations", () => {
  expect(complete(`{ "configurations": [{ "type": "node", "|" }] }`).labels).toEqual([]);
  expect(complete(`{ "|": [] }`).labels).toEqual([]);
  expect(complete(`{ "inputs": [|] }`).labels).toEqual([]);
});

test("the launch section of settings", () => {
  const text = `{ "launch": ${launch('"|"')} }`;
  expect(complete(text, NEWEST, "settings").labels).toContain("followExec");
});

test("a file that is being typed never throws", () => {
  const text = launch(`"mode": "debug", "dlvFlags": ["--log"]`);
  for (let end = 0; end <= text.length; end++) {
    expect(() => completionsAt(text.slice(0, end), "launch", end, NEWEST)).not.toThrow();
  }
});
