/**
 * The truth of the launch rules: `npm run truth` starts every case of every rule before and after its fixes, on the
 * newest dlv, and on 1.24 where the findings differ there. Planted lies prove that one would be found.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check, pathsNamed } from "../../src/launch/check.js";
import type { Facts, Rule } from "../../src/launch/rule.js";
import { RULES } from "../../src/launch/rules.js";
import { pathFacts } from "../../src/machine/launch-facts.js";
import { CASES } from "../launch/rule-cases.js";
import { delve } from "../support/delve.js";
import { NEWEST, configuration, dlv, textOf } from "../support/launch-case.js";
import { configurationsOf, disagreements, isStartable } from "./disagreements.js";
import type { Machine } from "./outcome.js";
import { openWorkspace, type TruthWorkspace } from "./workspace.js";

const OLD = resolve(".tools/dlv-1.24/dlv");
if (!existsSync(OLD)) throw new Error("Delve 1.24 is missing. Run: node setup.mjs test");

/** Each dlv debugs programs of its own range of Go versions only. */
const TOOLS = {
  "1.27.1": { dlv: delve, env: process.env },
  "1.24.0": { dlv: OLD, env: { ...process.env, GOTOOLCHAIN: "go1.24.13" } },
} as const;
type Version = keyof typeof TOOLS;

const workspaces = new Map<Version, TruthWorkspace>();
beforeAll(() => {
  for (const version of Object.keys(TOOLS) as Version[])
    workspaces.set(version, openWorkspace({ ...TOOLS[version].env }));
});
afterAll(() => {
  for (const workspace of workspaces.values()) workspace.stop();
});

const hasFacts = (version: Version): Facts => dlv(version, { root: true, ptraceScope: 0 });

async function disagree(text: string, version: Version, rules?: readonly Rule[]): Promise<string[]> {
  const workspace = workspaces.get(version) as TruthWorkspace;
  const { folder } = workspace;
  const { env, dlv: path } = TOOLS[version];
  const machine: Machine = { ...workspace, dlv: path, env, inputs: new Set() };
  const factsOf = async (about: string) => ({
    ...hasFacts(version),
    ...(await pathFacts(pathsNamed(about, "launch"), { folder, env })),
  });
  return disagreements(text, factsOf, machine, rules);
}

const startable = CASES.filter(
  ({ kind = "launch", facts = NEWEST }) =>
    kind === "launch" && facts.goos === "linux" && !facts.proxy && (facts.dlv?.version ?? "1.27.1") in TOOLS,
)
  .map((one) => ({ ...one, text: textOf(one) }))
  .filter(({ text }) => !text.includes("preLaunchTask") && configurationsOf(text).some(isStartable));

const said = (text: string, version: Version) =>
  check(text, "launch", hasFacts(version)).map(({ rule, severity }) => `${rule} ${severity}`);
const titled = (list: readonly (typeof startable)[number][]) =>
  [...new Map(list.map((one) => [one.text, one])).values()].map(
    ({ id, name, text }) => [`${id}: ${name.replace(/\s+/g, " ").slice(0, 120)}`, text] as const,
  );

describe.concurrent("dlv 1.27.1 agrees", () => {
  test.each(titled(startable))("%s", async (_, text) => expect(await disagree(text, "1.27.1")).toEqual([]));
});

describe.concurrent("dlv 1.24.0 agrees", () => {
  const differing = startable.filter(
    ({ text }) => JSON.stringify(said(text, "1.24.0")) !== JSON.stringify(said(text, "1.27.1")),
  );
  test.each(titled(differing))("%s", async (_, text) => expect(await disagree(text, "1.24.0")).toEqual([]));
});

const works = configuration('"request": "launch", "mode": "debug", "program": "${workspaceFolder}"');
const planted = (rule: Omit<Rule, "id" | "about">): readonly Rule[] => [
  ...RULES,
  { id: "planted", about: "Planted", ...rule },
];

describe("a planted lie is found", () => {
  test("an error on what starts", async () => {
    const rules = planted({
      configuration: ({ node }) => [{ at: node, severity: "error", message: "It fails." }],
    });
    expect(await disagree(works, "1.27.1", rules)).toEqual(["planted is called an error, and it starts"]);
  });

  test("silence on what fails", async () => {
    const broken = works.replace("${workspaceFolder}", "${workspaceFolder}/lib");
    const rules = RULES.filter(({ id }) => id !== "program-package");
    expect(await disagree(broken, "1.27.1", rules)).toEqual([
      expect.stringMatching(/^no error is found, and it fails/),
    ]);
  });

  test("a fix after which it fails", async () => {
    const rules = planted({
      configuration: ({ node, byName }) =>
        byName.has("buildFlags")
          ? []
          : [
              {
                at: node,
                severity: "warning",
                message: "It is better so.",
                fix: { title: "Break", changes: [{ do: "add", to: node, key: "buildFlags", value: "-ldflags=-X a" }] },
              },
            ],
    });
    expect(
      await disagree(
        works,
        "1.27.1",
        rules.filter(({ id }) => id !== "build-flags"),
      ),
    ).toContainEqual(expect.stringMatching(/^it started before the fix, and fails after it/));
  });

  test("a fix after which no breakpoint binds", async () => {
    const value = [{ from: "${workspaceFolder}", to: "/elsewhere" }];
    const rules = planted({
      configuration: ({ node, byName }) =>
        byName.has("substitutePath")
          ? []
          : [
              {
                at: node,
                severity: "warning",
                message: "It is better so.",
                fix: { title: "Map", changes: [{ do: "add", to: node, key: "substitutePath", value }] },
              },
            ],
    });
    expect(await disagree(works, "1.27.1", rules)).toContainEqual(
      expect.stringMatching(/^the breakpoint bound before/),
    );
  });
});
