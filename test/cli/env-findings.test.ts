import { expect, test } from "vitest";
import { type EnvFacts, envFindings } from "../../src/cli/env-findings.js";

const sound: EnvFacts = {
  go: { path: "/go/bin/go", version: [1, 26, 8] },
  otherGo: [],
  dlv: { path: "/bin/dlv", version: [1, 27, 1] },
  goEnv: { GOFLAGS: "", GO111MODULE: "", GOWORK: "" },
  goEnvProblem: undefined,
  goRoots: undefined,
  hasGoMod: true,
  hasGoWork: false,
  hasVendor: false,
  ptraceScope: 0,
  isRoot: false,
};

/** Findings other than the two that name the tools, as "severity rule". */
const judged = (facts: Partial<EnvFacts>) =>
  envFindings({ ...sound, ...facts })
    .filter(({ rule }) => rule !== "go" && rule !== "dlv")
    .map(({ severity, rule }) => `${severity} ${rule}`);

const flags = (GOFLAGS: string) => ({ goEnv: { GOFLAGS } });
const dlv = (...version: [number, number, number]) => ({ dlv: { path: "/bin/dlv", version } });
const go = (...version: [number, number, number]) => ({ go: { path: "/go/bin/go", version } });

test.each<[string, Partial<EnvFacts>, string[]]>([
  ["nothing wrong", {}, []],
  ["nothing known", { goEnv: {}, ptraceScope: undefined }, []],
  ["no go", { go: undefined, goEnv: {} }, ["error go-missing"]],
  ["a go that fails", { go: { path: "/go", version: undefined } }, ["error go-version"]],
  ["go env fails", { goEnv: {}, goEnvProblem: "go: no GOROOT" }, ["error go-env"]],
  ["two SDKs", { otherGo: ["/old/bin/go"] }, ["information several-go"]],
  ["GOROOT of another SDK", { goRoots: { environment: "/old", command: "/go" } }, ["warning goroot"]],
  ["GOROOT of the same SDK", { goRoots: { environment: "/go", command: "/go" } }, []],
  ["no dlv", { dlv: undefined }, ["warning dlv-missing"]],
  ["a dlv that fails", { dlv: { path: "/dlv", version: undefined } }, ["warning dlv-version"]],
  ["dlv older than Go", dlv(1, 24, 0), ["error dlv-too-old"]],
  ["dlv newer than Go", go(1, 19, 8), ["warning dlv-too-new"]],
  ["a pair nobody knows yet", dlv(1, 30, 0), ["information dlv-unknown-pair"]],
  ["modules off", { goEnv: { GO111MODULE: "off" } }, ["warning go111module"]],
  ["modules auto", { goEnv: { GO111MODULE: "auto" } }, []],
  ["workspace off beside a go.work", { goEnv: { GOWORK: "off" }, hasGoWork: true }, ["warning gowork"]],
  ["workspace off without one", { goEnv: { GOWORK: "off" } }, []],
  ["vendoring without vendor", flags("-mod=vendor"), ["error goflags-vendor"]],
  ["vendoring with vendor", { ...flags("-mod=vendor"), hasVendor: true }, ["information goflags-mod"]],
  ["-mod=mod", flags("-buildvcs=false -mod=mod"), ["information goflags-mod"]],
  ["-modfile is another flag", flags("-modfile=x.mod"), []],
  ["stripped", flags("'-ldflags=-s -w'"), ["error goflags-stripped"]],
  ["stripped after -X", flags("'-ldflags=-X main.v=1 -w'"), ["error goflags-stripped"]],
  ["-ldflags that keep debug information", flags("-ldflags=-X=main.v=1"), []],
  ["-trimpath", flags("-trimpath -v"), ["warning goflags-trimpath"]],
  ["-trimpath=false", flags("-trimpath=false"), []],
  ["ptrace_scope 1", { ptraceScope: 1 }, ["information ptrace-scope"]],
  ["ptrace_scope 1 as root", { ptraceScope: 1, isRoot: true }, []],
  ["ptrace_scope 2", { ptraceScope: 2 }, ["error ptrace-scope"]],
  ["ptrace_scope 2 as root", { ptraceScope: 2, isRoot: true }, []],
  ["ptrace_scope 3 as root", { ptraceScope: 3, isRoot: true }, ["error ptrace-scope"]],
])("%s", (_name, facts, expected) => expect(judged(facts)).toEqual(expected));

test("every message says what to do in one line, and names the tools that it found", () => {
  expect(envFindings({ ...sound, ...dlv(1, 24, 0) }).map(({ message }) => message)).toEqual([
    "Go 1.26.8 is /go/bin/go.",
    "Delve 1.24.0 is /bin/dlv.",
    "Delve 1.24.0 is too old for Go 1.26: it refuses to start programs built with it, and cannot show their variables when made to. Run: go install github.com/go-delve/delve/cmd/dlv@latest",
  ]);
});
