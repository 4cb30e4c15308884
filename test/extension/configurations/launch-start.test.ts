/** The promise of the start check: it never breaks a start by itself, and does nothing where nothing is trusted. */
import { beforeEach, expect, test, vi } from "vitest";

type Provider = { resolveDebugConfiguration(folder: unknown, configuration: object): Promise<unknown> };

const state = vi.hoisted(() => ({
  trusted: true,
  action: "ask",
  text: "",
  asked: [] as unknown[][],
  answer: undefined as string | undefined,
  fails: false,
  edits: 0,
  provider: undefined as Provider | undefined,
  logged: [] as string[],
}));

vi.mock("vscode", () => {
  interface Uri {
    readonly path: string;
    with(change: { path: string }): Uri;
  }
  const uri = (path: string): Uri & object => ({
    ...{ scheme: "file", path, fsPath: path, toString: () => `file://${path}` },
    with: (change) => uri(change.path),
  });
  const document = {
    uri: uri("/tmp/.vscode/launch.json"),
    isDirty: false,
    getText: () => state.text,
    positionAt: (offset: number) => offset,
    save: () => Promise.resolve(true),
  };
  const write = (...words: unknown[]) => void state.logged.push(words.join(" "));
  return {
    Uri: { joinPath: (base: { path: string }, ...parts: string[]) => uri([base.path, ...parts].join("/")) },
    Range: class {},
    TextEdit: class {},
    WorkspaceEdit: class {
      set() {}
    },
    workspace: {
      get isTrusted() {
        return state.trusted;
      },
      getConfiguration: (section?: string) => ({
        get: () => {
          if (state.fails) throw new Error("broken inside");
          return section === "go" ? undefined : state.action;
        },
      }),
      asRelativePath: () => "launch.json",
      openTextDocument: ({ path }: { path: string }) =>
        path.endsWith("launch.json") ? Promise.resolve(document) : Promise.reject(new Error("not there")),
      applyEdit: () => Promise.resolve(Boolean(++state.edits)),
    },
    extensions: { getExtension: () => undefined },
    window: {
      createOutputChannel: () => ({ info: write, warn: write, error: write }),
      showWarningMessage: (...all: unknown[]) => (state.asked.push(all), Promise.resolve(state.answer)),
    },
    debug: {
      registerDebugConfigurationProvider: (_type: string, provider: Provider) => (state.provider = provider),
    },
  };
});
vi.mock("../../../src/delve/dlv/capabilities.js", () => ({
  findDelve: () => Promise.resolve(undefined),
  acceptsFlag: () => Promise.resolve(undefined),
}));
const { registerStartProvider } = await import("../../../src/extension/configurations/start-provider.js");

const memory = new Map<string, unknown>();
const context = {
  workspaceState: {
    get: (key: string) => memory.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, value)),
  },
};
const folder = { uri: { scheme: "file", path: "/tmp", fsPath: "/tmp", toString: () => "file:///tmp" } };
const broken = { name: "A", type: "go", request: "launch", program: ".", stopOnEntry: "true" };
const fixed = { ...broken, stopOnEntry: true };
const start = (configuration: object) => {
  registerStartProvider(context as never);
  return state.provider?.resolveDebugConfiguration(folder, configuration);
};

beforeEach(() => {
  memory.clear();
  Object.assign(state, { trusted: true, action: "ask", asked: [], answer: undefined, fails: false, edits: 0 });
  state.text = JSON.stringify({ configurations: [broken] });
  state.logged = [];
});

test.each<[string | undefined, object | undefined, number]>([
  ["Fix and Start", fixed, 1],
  ["Fix This Start Only", fixed, 0],
  ["Start Anyway", broken, 0],
  ["Don't Ask for This Configuration", broken, 0],
  [undefined, undefined, 0],
])("%s", async (answer, started, edits) => {
  state.answer = answer;
  expect(await start(broken)).toEqual(started);
  expect(state.edits).toBe(edits);
  expect(state.asked).toHaveLength(1);
});

test("what was told not to ask does not ask, and another one does", async () => {
  state.answer = "Don't Ask for This Configuration";
  await start(broken);
  expect(await start(broken)).toEqual(broken);
  expect(state.asked).toHaveLength(1);
  state.text = JSON.stringify({ configurations: [{ ...broken, name: "B" }] });
  await start({ ...broken, name: "B" });
  expect(state.asked).toHaveLength(2);
});

test.each([
  ["file", fixed, 1],
  ["start", fixed, 0],
  ["off", broken, 0],
])("set to %s it does not ask", async (action, started, edits) => {
  state.action = action;
  expect(await start(broken)).toEqual(started);
  expect([state.asked.length, state.edits]).toEqual([0, edits]);
});

test("one that is fine starts as it is", async () => {
  state.text = JSON.stringify({ configurations: [fixed] });
  expect(await start(fixed)).toEqual(fixed);
  expect(state.asked).toEqual([]);
});

test("one that is in no file is asked about when it would fail, and is never written", async () => {
  state.text = "{}";
  state.answer = "Fix This Start Only";
  expect(await start({ ...broken, __buildDir: "/w", apiVersion: 2 })).toEqual({
    ...fixed,
    __buildDir: "/w",
    apiVersion: 2,
  });
  expect(state.asked[0]).not.toContain("Fix and Start");
});

test.each([
  ["other debuggers", { ...broken, type: "node" }, {}],
  ["untrusted workspaces", broken, { trusted: false }],
  ["an internal error", broken, { fails: true }],
])("%s: the configuration passes unchanged", async (_, configuration, more) => {
  Object.assign(state, more);
  expect(await start(configuration)).toBe(configuration);
  expect(state.asked).toEqual([]);
  expect(state.logged.join("\n").includes("broken inside")).toBe("fails" in more);
});
