/** The tables that rules, hovers and completions read, held against each other. */
import { expect, test } from "vitest";
import { attributeWords } from "../../src/launch/writing/attribute-text.js";
import { ATTACH_MODES, ATTRIBUTES, LAUNCH_MODES } from "../../src/launch/attributes.js";
import { check } from "../../src/launch/check.js";
import { olderThan } from "../../src/launch/dlv-version.js";
import { FLAGS } from "../../src/launch/flags.js";
import { asGoLimit, bytesOf } from "../../src/launch/memory-size.js";
import { nearest } from "../../src/launch/nearest.js";
import { linesOf } from "../../src/launch/position.js";
import { SNIPPETS, snippetsFor } from "../../src/launch/writing/snippets.js";
import { NEWEST, dlv } from "../support/launch-case.js";

test("every attribute has one sentence or more, a known mode, and a default of its type", () => {
  for (const [name, { effect, modes, values, default: usual }] of Object.entries(ATTRIBUTES)) {
    expect(effect, name).toMatch(/^[A-Za-z].*\.$/s);
    for (const mode of modes ?? []) expect([...LAUNCH_MODES, ...ATTACH_MODES], name).toContain(mode);
    if (values && usual !== undefined) expect(values, name).toContain(usual);
  }
});

test.each([
  ["name", NEWEST, "Read by VS Code itself."],
  ["dlvFlags", NEWEST, "Read by golang.go, before dlv starts."],
  ["apiVersion", NEWEST, "Read by the legacy debug adapter only; dlv-dap ignores it."],
  ["program", NEWEST, "Read by every dlv that speaks DAP."],
  ["followExec", NEWEST, "Read by dlv since 1.26.0, also by yours (1.27.1)."],
  ["followExec", dlv("1.24.0"), "Read by dlv since 1.26.0; yours is 1.24.0 and ignores it in silence."],
  ["followExec", { goos: "linux", proxy: false } as const, "Read by dlv since 1.26.0."],
  ["dlvLoadAll", NEWEST, "Go Diagnostics' own; dlv and golang.go ignore it."],
  ["dlvLoadAll", dlv("1.27.1", { proxy: true }), "Read by the Go Diagnostics proxy."],
  ["dlvArgs", NEWEST, undefined],
])("explains %s", (name, facts, here) => expect(attributeWords(name, facts)?.here).toBe(here));

test("flags name attributes that exist", () => {
  for (const { attribute } of Object.values(FLAGS)) if (attribute) expect(Object.keys(ATTRIBUTES)).toContain(attribute);
});

test.each(SNIPPETS.map((snippet) => [snippet.id, snippet] as const))(
  "nothing is wrong with snippet %s",
  (_, snippet) => {
    const text = JSON.stringify({ configurations: [snippet.configuration] });
    const found = check(text, "launch", { ...NEWEST, root: true });
    expect(found.filter(({ severity }) => severity !== "information")).toEqual([]);
    expect(Object.keys(snippet.configuration).filter((name) => !(name in ATTRIBUTES))).toEqual([]);
  },
);

test("snippets that this dlv or system cannot start are left out", () => {
  const ids = (facts: Parameters<typeof snippetsFor>[0]) => snippetsFor(facts).map(({ id }) => id);
  expect(ids(NEWEST)).toContain("children");
  expect(ids({ ...dlv("1.24.0"), proxy: false })).not.toContain("children");
  expect(ids({ ...dlv("1.24.0"), proxy: true })).toContain("children");
  expect(ids({ ...NEWEST, goos: "darwin" })).not.toContain("children");
  expect(new Set(ids(NEWEST)).size).toBe(SNIPPETS.length);
});

test.each([
  ["1.24.0", "1.26.0", true],
  ["1.26.0", "1.26.0", false],
  ["1.9.1", "1.10.0", true],
  ["v1.27", "1.27.1", true],
  ["devel", "1.27.1", false],
  ["1.27.1-rc.1", "1.27.0", false],
])("%s is older than %s: %s", (version, other, older) => expect(olderThan(version, other)).toBe(older));

test.each([
  ["2G", "2GiB"],
  ["512MB", "512MiB"],
  ["1.5g", "1536MiB"],
  ["1000", "1000B"],
  ["0", "0B"],
  ["half", undefined],
  ["9999999T", undefined],
])("a limit of %s is %s to Go", (text, limit) => expect(asGoLimit(text)).toBe(limit));

test("sizes in bytes", () =>
  expect([bytesOf("2G"), bytesOf("1 KiB"), bytesOf("-1")]).toEqual([2147483648, 1024, undefined]));

test.each([
  ["stopOnEnty", "stopOnEntry"],
  ["STOPONENTRY", "stopOnEntry"],
  ["porgram", "program"],
  ["x", undefined],
  ["somethingElse", undefined],
])("%s probably means %s", (word, meant) => expect(nearest(word, ["program", "stopOnEntry", "args"])).toBe(meant));

test.each([
  [0, 1, 1],
  [2, 1, 3],
  [3, 2, 1],
  [6, 3, 1],
  [8, 4, 1],
  [99, 4, 92],
])("offset %i is line %i, column %i", (offset, line, column) =>
  expect(linesOf("ab\nc\r\n\r\nx")(offset)).toEqual({ line, column }),
);
