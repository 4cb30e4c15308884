/** What package.json contributes, what the code registers and what README says are the same. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { ATTRIBUTES } from "../../src/launch/attributes.js";

vi.mock("vscode", () => ({}));
const { commands } = await import("../../src/extension/commands.js");

interface Manifest {
  readonly files: readonly string[];
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly views?: Readonly<Record<string, readonly { readonly id: string; readonly when?: string }[]>>;
    readonly customEditors: readonly { readonly viewType: string }[];
    readonly colors: readonly { readonly id: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly debuggers: readonly Debugger[];
    readonly walkthroughs: readonly { readonly steps: readonly Step[] }[];
  };
}

interface Setting {
  readonly default: unknown;
  readonly markdownDescription: string;
}

interface Debugger {
  readonly type: string;
  readonly label?: string;
  readonly configurationAttributes: Readonly<
    Record<
      "launch" | "attach",
      { readonly properties: Readonly<Record<string, { readonly enum?: readonly unknown[] }>> }
    >
  >;
}

interface Step {
  readonly description: string;
  readonly media: { readonly markdown: string };
  readonly completionEvents: readonly string[];
}

const { contributes, ...manifest } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const settings = Object.keys(contributes.configuration.properties);
const sources = readdirSync("src/extension", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(`src/extension/${name}`, "utf8"));
/** Keys of when clauses that the code sets. */
const contexts = sources.flatMap((text) => [...text.matchAll(/CONTEXT = "([^"]+)"/g)].map((match) => match[1]));
/** Types of panels are not contributed: VS Code learns them when a panel is made. */
const panels = sources
  .flatMap((text) => [...text.matchAll(/_VIEW = "([^"]+)"/g)].map((match) => match[1]))
  .filter((id) => !Object.values(contributes.views ?? {}).some((views) => views.some((view) => view.id === id)));
const known = new Set([
  ...contexts,
  ...panels,
  ...contributes.colors.map(({ id }) => id),
  ...contributes.commands.map(({ command }) => command),
  ...Object.values(contributes.views ?? {}).flatMap((views) => views.map(({ id }) => id)),
  ...contributes.customEditors.map(({ viewType }) => viewType),
  ...settings,
]);
/** Every id of ours that a text mentions. */
const mentioned = (text: string) => text.match(/goDiagnostics\.[\w.]*\w/g) ?? [];

test("every contributed command is registered, and no other", () => {
  expect(Object.keys(commands).sort()).toEqual(contributes.commands.map(({ command }) => command).sort());
});

test("the palette groups all commands under the product's name", () => {
  expect(contributes.commands.map(({ category }) => category)).toEqual(
    contributes.commands.map(() => "Go Diagnostics"),
  );
});

test("menus and when clauses name what is contributed", () => {
  const rows = [...Object.values(contributes.menus), ...Object.values(contributes.views ?? {})].flat();
  const ids = rows.flatMap((row) => mentioned(JSON.stringify(row)));
  expect(ids.filter((id) => !known.has(id))).toEqual([]);
});

test("walkthroughs name what is contributed, and their pages exist", () => {
  const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  const ids = steps.flatMap(({ description, completionEvents }) =>
    mentioned(`${description} ${completionEvents.join(" ")}`),
  );
  expect(ids.length).toBeGreaterThan(0);
  expect(ids.filter((id) => !known.has(id))).toEqual([]);
  expect(steps.filter(({ media }) => !existsSync(media.markdown))).toEqual([]);
});

test("settings that an untrusted workspace may not set exist", () => {
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  expect(restrictedConfigurations.filter((name) => !settings.includes(name))).toEqual([]);
});

test("every setting has a default and says what it does", () => {
  for (const [name, { default: value, markdownDescription }] of Object.entries(contributes.configuration.properties)) {
    expect(value, name).toBeDefined();
    expect(markdownDescription, name).toMatch(/\.$/);
  }
});

test("README lists every setting", () => {
  const readme = readFileSync("README.md", "utf8");
  const listed = [...readme.matchAll(/^\| `(goDiagnostics\.[\w.]+)` *\|/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual(settings.sort());
});

test("what the code asks of settings and commands is contributed", () => {
  const ids = sources.flatMap(mentioned);
  expect(ids.length).toBeGreaterThan(0);
  expect([...new Set(ids)].filter((id) => !known.has(id))).toEqual([]);
});

test("a panel that comes back after a reload wakes the extension", () => {
  expect(panels.length).toBeGreaterThan(1);
  for (const view of panels) expect(manifest.activationEvents).toContain(`onWebviewPanel:${view}`);
});

test("the package holds bundles, icon and texts only", () => {
  expect(manifest.files).toContain(manifest.icon);
  expect(manifest.files.filter((pattern) => /src|test|node_modules|\*\*/.test(pattern))).toEqual([]);
});

test("the schema of our own debug type is what the table of attributes says", () => {
  const own = contributes.debuggers.find(({ type }) => type === "go-diagnostics");
  const golangOnly = ["debugAdapter", "showLog", "logOutput", "logDest"];
  for (const request of ["launch", "attach"] as const) {
    const listed = own?.configurationAttributes[request].properties ?? {};
    const expected = Object.entries(ATTRIBUTES).filter(
      ([name, fact]) =>
        ["dlv", "golang.go", "godiag"].includes(fact.reader) &&
        [request, "both"].includes(fact.request) &&
        !golangOnly.includes(name),
    );
    expect(Object.keys(listed).sort()).toEqual(expected.map(([name]) => name).sort());
    for (const [name, { values }] of expected) if (values) expect(listed[name].enum).toEqual(values);
  }
});

test("golang.go's type gets dlvLoadAll from us, and stays golang.go's", () => {
  const theirs = contributes.debuggers.find(({ type }) => type === "go");
  expect(theirs?.label).toBeUndefined();
  expect(Object.keys(theirs?.configurationAttributes.launch.properties ?? {})).toEqual(["dlvLoadAll"]);
});
