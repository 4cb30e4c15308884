import { expect, test } from "vitest";
import { ATTRIBUTES } from "../../../src/launch/attributes.js";
import { hoverAt } from "../../../src/launch/writing/hover.js";
import type { Facts } from "../../../src/launch/rule.js";
import { configuration, dlv, NEWEST } from "../../support/launch-case.js";

/** The hover at the place marked with a bar. */
function hover(body: string, facts: Facts = NEWEST, request = "launch") {
  const marked = configuration(`"request": "${request}", ${body}`);
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const found = hoverAt(text, "launch", offset, facts);
  return found && { over: text.slice(found.offset, found.offset + found.length), markdown: found.markdown };
}

test.each<[string, Facts, string[]]>([
  [
    `"follow|Exec": true`,
    NEWEST,
    ["Debugs child processes", "Default: `false`", "since 1.26.0, also by yours (1.27.1)"],
  ],
  [`"follow|Exec": true`, dlv("1.24.0"), ["since 1.26.0; yours is 1.24.0 and ignores it in silence"]],
  [`"follow|Exec": true`, { goos: "linux", proxy: false }, ["Read by dlv since 1.26.0."]],
  [`"output|Mode": "remote"`, NEWEST, ["One of `local`, `remote`"]],
  [`"build|Flags": []`, NEWEST, ["With mode `auto`, `debug`, `test`"]],
  [`"api|Version": 2`, NEWEST, ["legacy debug adapter only"]],
  [`"process|Id": 1`, NEWEST, ["It has no effect here: this configuration's request is `launch`."]],
  [`"dlvLoad|All": true`, NEWEST, ["Nothing acts on it at this start"]],
  [`"dlvFlags": ["--al|low-non-terminal-interactive"]`, NEWEST, ["`dlv dap` takes it, and it does nothing there"]],
  [`"dlvFlags": ["--check|-go-version=false"]`, NEWEST, ["works under `dlv dap`"]],
])("%s", (body, facts, words) => {
  const { over, markdown } = hover(body, facts) ?? {};
  expect(over).toMatch(/^".*"$/);
  for (const part of words) expect(markdown).toContain(part);
});

test.each([[`"nonsense|": 1`], [`"env": { "A|": "b" }`], [`"program": "x|"`]])("says nothing over %s", (body) =>
  expect(hover(body)).toBeUndefined(),
);

test.each(Object.keys(ATTRIBUTES))("says what %s does", (name) => {
  const { request } = ATTRIBUTES[name];
  const text = `{ "configurations": [{ "type": "go", "request": "${request === "attach" ? "attach" : "launch"}", "${name}": "go" }] }`;
  const markdown = hoverAt(text, "launch", text.lastIndexOf(`"${name}"`), NEWEST)?.markdown ?? "";
  expect(markdown.startsWith(`**${name}** · `)).toBe(true);
  expect(markdown).toMatch(/Read by|ignore it/);
});

test("a broken file has fewer hovers, and no exception", () => {
  const text = configuration(`"request": "launch", "followExec": true`);
  for (let end = 0; end <= text.length; end++) {
    expect(() => hoverAt(text.slice(0, end), "launch", Math.max(0, end - 3), NEWEST)).not.toThrow();
  }
});

test("the value of an attribute is shown as text, whatever it says", () => {
  const evil = "`[run](command:workbench.action.terminal.new)`";
  const text = `{ "configurations": [{ "type": "go", "request": "${evil}", "processId": 1, "program": "." }] }`;
  for (const name of ["processId", "program"]) {
    const shown = hoverAt(text, "launch", text.indexOf(`"${name}"`) + 1, NEWEST)?.markdown ?? "";
    expect(shown).toContain("'[run](command:workbench.action.terminal.new)'");
    expect(shown).not.toContain("``[run]");
  }
});
