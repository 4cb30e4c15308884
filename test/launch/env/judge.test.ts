import { expect, test } from "vitest";
import type { EnvFacts, GoMod, Replacement, UsedModule } from "../../../src/launch/env/facts.js";
import { envFindings } from "../../../src/launch/env/judge.js";

const sound: EnvFacts = {
  go: { path: "/go/bin/go", version: "1.26.8" },
  otherGo: [],
  dlv: { path: "/bin/dlv", version: "1.27.1", support: "supported" },
  goEnv: { GOFLAGS: "", GO111MODULE: "", GOWORK: "", GOPROXY: "https://proxy.golang.org,direct" },
  goEnvProblem: undefined,
  goVersionProblem: undefined,
  environment: {},
  goRoots: undefined,
  hasGoMod: true,
  hasVendor: false,
  workspace: undefined,
  stalePackages: [],
  proxyProblems: new Map(),
  editor: { tools: undefined, build: undefined, terminal: undefined },
  prebuilt: [],
  ptraceScope: 0,
  isRoot: false,
};

/** Findings other than the two that name the tools, as "severity rule". */
const judged = (facts: Partial<EnvFacts>) =>
  envFindings({ ...sound, ...facts })
    .filter(({ rule }) => rule !== "go" && rule !== "dlv")
    .map(({ severity, rule }) => `${severity} ${rule}`);

const flags = (GOFLAGS: string) => ({ goEnv: { GOFLAGS } });
const dlv = (support: "supported" | "too-old" | "too-new" | undefined) => ({
  dlv: { path: "/bin/dlv", version: "1.24.0", support },
});
const go = (path: string) => ({ go: { path, version: "1.26.8" } });
const goMod = (some: Partial<GoMod>) => ({ goMod: { path: "/w/a/go.mod", go: "1.26", isUsed: false, ...some } });
const editor = (some: Partial<EnvFacts["editor"]>) => ({ editor: { ...sound.editor, ...some } });
const proxy = (GOPROXY: string) => ({ goEnv: { GOPROXY } });
const down = (GOPROXY: string, url: string) => ({ ...proxy(GOPROXY), proxyProblems: new Map([[url, "ECONNREFUSED"]]) });

const used = (folder: string, module: string, more: Partial<UsedModule> = {}): UsedModule => ({
  folder,
  module,
  replaces: [],
  vendored: [],
  ...more,
});
const work = (uses: readonly UsedModule[], replaces: readonly Replacement[] = []) => ({
  workspace: { path: "/w/go.work", uses, replaces },
});
const replace = (module: string, target: string, version?: string): Replacement => ({ module, version, target });

test.each<[string, Partial<EnvFacts>, string[]]>([
  ["nothing wrong", {}, []],
  ["nothing known", { goEnv: {}, ptraceScope: undefined }, []],
  // SDKs
  ["no go", { go: undefined, goEnv: {} }, ["error go-missing"]],
  ["a go that fails", { go: { path: "/go", version: undefined } }, ["error go-version"]],
  ["go env fails", { goEnv: {}, goEnvProblem: "go: no GOROOT" }, ["error go-env"]],
  ["two SDKs", { otherGo: [{ path: "/old/bin/go", version: undefined }] }, ["information several-go"]],
  ["a shim of goenv", go("/home/u/.goenv/shims/go"), ["information go-shim"]],
  ["a shim of asdf", go("/home/u/.asdf/shims/go"), ["information go-shim"]],
  ["an SDK of gvm is no shim", go("/home/u/.gvm/gos/go1.26.8/bin/go"), []],
  ["GOROOT of another SDK", { goRoots: { environment: "/old", command: "/go" } }, ["warning goroot"]],
  ["GOROOT of the same SDK", { goRoots: { environment: "/go", command: "/go" } }, []],
  // Delve
  ["no dlv", { dlv: undefined }, ["warning dlv-missing"]],
  ["a dlv that fails", { dlv: { path: "/dlv", version: undefined, support: undefined } }, ["warning dlv-version"]],
  ["dlv older than Go", dlv("too-new"), ["error dlv-too-old"]],
  ["dlv newer than Go", dlv("too-old"), ["warning dlv-too-new"]],
  ["a pair nobody knows yet", dlv(undefined), ["information dlv-unknown-pair"]],
  // modules
  ["modules off", { goEnv: { GO111MODULE: "off" } }, ["warning go111module"]],
  ["modules off, without go.mod", { goEnv: { GO111MODULE: "off" }, hasGoMod: false }, ["warning go111module"]],
  ["modules auto", { goEnv: { GO111MODULE: "auto" } }, []],
  ["GOPATH mode", { goEnv: { GO111MODULE: "auto" }, hasGoMod: false }, ["information gopath-mode"]],
  ["workspace off beside a go.work", { goEnv: { GOWORK: "off" }, ...work([]) }, ["warning gowork"]],
  ["workspace off without one", { goEnv: { GOWORK: "off" } }, []],
  ["vendoring without vendor", flags("-mod=vendor"), ["error goflags-vendor"]],
  ["vendoring with vendor", { ...flags("-mod=vendor"), hasVendor: true }, []],
  ["archives under GOPATH", { stalePackages: ["/home/u/go/pkg/linux_amd64"] }, ["information stale-pkg"]],
  // what go.mod and go.work ask for
  ["a go.mod of this Go", goMod({ go: "1.26" }), []],
  ["a go.mod newer than this Go", goMod({ go: "1.99" }), ["error go-mod-newer"]],
  ["a go.mod newer by a patch", goMod({ go: "1.26.9" }), ["error go-mod-newer"]],
  ["a go.mod without a go line", goMod({ go: undefined }), []],
  [
    "a newer one, and no version known",
    { ...goMod({ go: "1.99" }), go: { path: "/go", version: undefined } },
    ["error go-version"],
  ],
  ["a go.work newer than this Go", { workspace: { ...work([]).workspace, go: "1.99" } }, ["error go-mod-newer"]],
  ["a module in the workspace", { ...goMod({ isUsed: true }), ...work([used("/w/a", "m")]) }, []],
  ["a module that is not", { ...goMod({}), ...work([used("/w/b", "m")]) }, ["error module-not-in-workspace"]],
  [
    "... with the workspace off",
    { ...goMod({}), ...work([used("/w/b", "m")]), goEnv: { GOWORK: "off" } },
    ["warning gowork"],
  ],
  // one module twice
  ["two modules", work([used("/w/a", "m"), used("/w/b", "n")]), []],
  ["one module in two folders", work([used("/w/a", "m"), used("/w/b", "m")]), ["error module-twice"]],
  [
    "... with the workspace off",
    { ...work([used("/a", "m"), used("/b", "m")]), goEnv: { GOWORK: "off" } },
    ["warning gowork"],
  ],
  ["folders without go.mod", work([used("/w/a", "m"), { ...used("/w/b", "m"), module: undefined }]), []],
  ["used and replaced by go.work", work([used("/w/a", "m")], [replace("m", "/w/b")]), ["error module-replaced"]],
  ["... in one version only", work([used("/w/a", "m")], [replace("m", "/w/b", "v1.0.0")]), []],
  [
    "used, and replaced by another's go.mod",
    work([used("/w/a", "m"), used("/w/c", "n", { replaces: [replace("m", "/w/b")] })]),
    ["warning module-replaced"],
  ],
  [
    "used, and replaced by the same folder",
    work([used("/w/a", "m"), used("/w/c", "n", { replaces: [replace("m", "/w/a")] })]),
    [],
  ],
  ["used and vendored", work([used("/w/a", "m"), used("/w/c", "n", { vendored: ["m"] })]), ["warning module-vendored"]],
  // -mod in terminal and editor
  [
    "-mod of the environment",
    { ...flags("-mod=mod"), environment: { GOFLAGS: "-mod=mod" } },
    ["information goflags-mod"],
  ],
  ["-mod of go env -w", flags("-buildvcs=false -mod=mod"), []],
  ["-modfile is another flag", { ...flags("-modfile=x.mod"), environment: { GOFLAGS: "-modfile=x.mod" } }, []],
  ["-mod in go.buildFlags only", editor({ build: "-v -mod=mod" }), ["warning goflags-mod-differs"]],
  ["-mod in go.toolsEnvVars only", editor({ tools: "-mod=vendor" }), ["warning goflags-mod-differs"]],
  [
    "toolsEnvVars without the terminal's -mod",
    { ...flags("-mod=mod"), ...editor({ tools: "-v" }) },
    ["warning goflags-mod-differs"],
  ],
  ["toolsEnvVars with the terminal's -mod", { ...flags("-mod=mod"), ...editor({ tools: "-mod=mod" }) }, []],
  ["toolsEnvVars as the editor's terminal", editor({ tools: "-mod=mod", terminal: "-mod=mod" }), []],
  ["-mod in the editor's terminal only", editor({ terminal: "-mod=mod" }), ["warning goflags-mod-differs"]],
  ["other flags of the editor", editor({ build: "-tags=x", tools: "-v" }), []],
  // build flags
  ["stripped", flags("'-ldflags=-s -w'"), ["error goflags-stripped"]],
  ["stripped after -X", flags("'-ldflags=-X main.v=1 -w'"), ["error goflags-stripped"]],
  ["-ldflags that keep debug information", flags("-ldflags=-X=main.v=1"), []],
  ["stripped in the editor", editor({ tools: "-ldflags=-s" }), ["error goflags-stripped"]],
  ["-trimpath", flags("-trimpath -v"), ["warning goflags-trimpath"]],
  ["-trimpath=false", flags("-trimpath=false"), []],
  ["-N -l", flags("'-gcflags=all=-N -l'"), ["information goflags-unoptimised"]],
  ["an exec configuration without -N -l", { prebuilt: ["Run"] }, ["information goflags-optimised"]],
  ["... with it", { prebuilt: ["Run"], ...flags("'-gcflags=all=-N -l'") }, ["information goflags-unoptimised"]],
  // GOPROXY
  ["GOPROXY off", proxy("off"), []],
  ["GOPROXY without scheme", proxy("goproxy.example,direct"), []],
  ["GOPROXY of a folder", proxy("file:///srv/modules"), []],
  ["GOPROXY of an unknown word", proxy("none"), ["error goproxy-malformed"]],
  ["GOPROXY of a path", proxy("/srv/modules"), ["error goproxy-malformed"]],
  ["GOPROXY of an unknown scheme", proxy("htp://x|direct"), ["error goproxy-malformed"]],
  ["GOPROXY with a blank inside", proxy("https://a b"), ["error goproxy-malformed"]],
  ["GOPROXY of commas", proxy(","), ["error goproxy-malformed"]],
  ["GOPROXY after direct", proxy("direct,https://x.example"), ["information goproxy-unread"]],
  ["a proxy that answers", { proxyProblems: new Map([["https://proxy.golang.org/", undefined]]) }, []],
  ["a proxy that does not", down("https://x.example", "https://x.example/"), ["warning goproxy-unreachable"]],
  ["... before a comma", down("https://x.example,direct", "https://x.example/"), ["warning goproxy-unreachable"]],
  ["... before a bar", down("https://x.example|direct", "https://x.example/"), ["information goproxy-unreachable"]],
  // the kernel
  ["ptrace_scope 1", { ptraceScope: 1 }, ["information ptrace-scope"]],
  ["ptrace_scope 1 as root", { ptraceScope: 1, isRoot: true }, []],
  ["ptrace_scope 2", { ptraceScope: 2 }, ["error ptrace-scope"]],
  ["ptrace_scope 2 as root", { ptraceScope: 2, isRoot: true }, []],
  ["ptrace_scope 3 as root", { ptraceScope: 3, isRoot: true }, ["error ptrace-scope"]],
])("%s", (_name, facts, expected) => expect(judged(facts)).toEqual(expected));

const message = (facts: Partial<EnvFacts>, rule: string) =>
  envFindings({ ...sound, ...facts }).find((finding) => finding.rule === rule)?.message;

test("every message says what to do in one line, and names the tools that it found", () => {
  expect(envFindings({ ...sound, ...dlv("too-new") }).map((finding) => finding.message)).toEqual([
    "Go 1.26.8 is /go/bin/go.",
    "Delve 1.24.0 is /bin/dlv.",
    "Delve 1.24.0 is too old for Go 1.26: it refuses to start programs built with it, and cannot show their variables when made to. Run: go install github.com/go-delve/delve/cmd/dlv@latest",
  ]);
});

test("a go without version says why", () => {
  const go = { path: "/go", version: undefined };
  expect(message({ go }, "go-version")).toBe("/go does not tell its version. Reinstall Go.");
  expect(message({ go, goVersionProblem: "unknown flag -x" }, "go-version")).toContain(
    "version: unknown flag -x. No go",
  );
});

test("a variable is taken back where it was set", () => {
  const goEnv = { GO111MODULE: "off" };
  expect(message({ goEnv }, "go111module")).toContain("Run: go env -u GO111MODULE");
  expect(message({ goEnv, environment: goEnv }, "go111module")).toContain("Unset GO111MODULE in the environment.");
});

test("further go commands are told with version and manager", () => {
  const otherGo = [
    { path: "/home/u/.gvm/gos/go1.22.0/bin/go", version: "1.22.0" },
    { path: "/usr/bin/go", version: undefined },
  ];
  expect(message({ otherGo }, "several-go")).toContain(
    ": /home/u/.gvm/gos/go1.22.0/bin/go (1.22.0, gvm), /usr/bin/go.",
  );
});

test.each([
  "https://user:secret@x.example",
  "user:secret@x.example",
  "htp://user:secret@x.example",
  "https://user:secret@a b",
])("the password in %s is not told", (list) => {
  const findings = envFindings({ ...sound, ...down(list, "https://x.example/") });
  expect(findings).toHaveLength(3);
  expect(JSON.stringify(findings)).not.toContain("secret");
});
