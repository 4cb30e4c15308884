/**
 * What is wrong with a Go development environment, judged from facts: nothing is run or read here.
 *
 * A fact that is absent is not known, and nothing is said about it.
 */
import { goSupport, type Version } from "../delve/delve-versions.js";

type Severity = "error" | "warning" | "information";

export interface EnvFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

export interface EnvFacts {
  readonly go: { readonly path: string; readonly version: Version | undefined } | undefined;
  /** Other, different go commands further down PATH. */
  readonly otherGo: readonly string[];
  readonly dlv: { readonly path: string; readonly version: Version | undefined } | undefined;
  /** What `go env` answers in the folder: GOFLAGS, GO111MODULE, GOWORK, …; empty when it does not answer. */
  readonly goEnv: Readonly<Record<string, string | undefined>>;
  /** What it said instead. */
  readonly goEnvProblem: string | undefined;
  /** GOROOT of the environment, and the root that the go command lies in, when both are known. */
  readonly goRoots: { readonly environment: string; readonly command: string } | undefined;
  readonly hasGoMod: boolean;
  readonly hasGoWork: boolean;
  readonly hasVendor: boolean;
  /** kernel.yama.ptrace_scope, and whether we are root. */
  readonly ptraceScope: number | undefined;
  readonly isRoot: boolean;
}

const installDelve = "go install github.com/go-delve/delve/cmd/dlv@latest";

export function envFindings(facts: EnvFacts): EnvFinding[] {
  return [
    ...goFindings(facts),
    ...delveFindings(facts),
    ...moduleFindings(facts),
    ...buildFlagFindings(facts),
    ...ptraceFindings(facts),
  ];
}

function* goFindings({ go, goEnvProblem, otherGo, goRoots }: EnvFacts): Generator<EnvFinding> {
  if (!go) {
    yield error("go-missing", "No go command on PATH. Install Go from https://go.dev/dl and open a new terminal.");
    return;
  }
  if (go.version) yield information("go", `Go ${dotted(go.version)} is ${go.path}.`);
  else yield error("go-version", `${go.path} does not tell its version: \`go version\` failed there. Reinstall Go.`);
  if (goEnvProblem !== undefined) yield error("go-env", `\`go env\` fails here: ${goEnvProblem}`);
  if (otherGo.length > 0) {
    yield information("several-go", `More go commands follow on PATH, hidden by the first: ${otherGo.join(", ")}.`);
  }
  if (goRoots && goRoots.environment !== goRoots.command) {
    yield warning(
      "goroot",
      `GOROOT is set to ${goRoots.environment}, but the go command belongs to ${goRoots.command}: it would compile with the other one's standard library. Unset GOROOT.`,
    );
  }
}

function* delveFindings({ go, dlv }: EnvFacts): Generator<EnvFinding> {
  if (!dlv) {
    yield warning("dlv-missing", `No dlv was found, so nothing can be debugged. Run: ${installDelve}`);
    return;
  }
  if (!dlv.version) {
    yield warning("dlv-version", `${dlv.path} does not tell its version. Run: ${installDelve}`);
    return;
  }
  const delve = `Delve ${dotted(dlv.version)}`;
  yield information("dlv", `${delve} is ${dlv.path}.`);
  if (!go?.version) return;
  const minor = `Go ${go.version[0]}.${go.version[1]}`;
  switch (goSupport(dlv.version, go.version[1])) {
    case "too-new":
      yield error(
        "dlv-too-old",
        `${delve} is too old for ${minor}: it refuses to start programs built with it, and cannot show their variables when made to. Run: ${installDelve}`,
      );
      return;
    case "too-old":
      yield warning(
        "dlv-too-new",
        `${delve} no longer supports ${minor} and refuses to start programs built with it. Add "dlvFlags": ["--check-go-version=false"] to the launch configuration, which works well, or update Go.`,
      );
      return;
    case undefined:
      yield information("dlv-unknown-pair", `Whether ${delve} supports ${minor} is not known.`);
      return;
    case "supported":
  }
}

function* moduleFindings({ goEnv, hasGoMod, hasGoWork, hasVendor }: EnvFacts): Generator<EnvFinding> {
  if (goEnv["GO111MODULE"] === "off") {
    const here = hasGoMod ? " The go.mod here is ignored." : "";
    yield warning("go111module", `GO111MODULE=off turns modules off.${here} Run: go env -u GO111MODULE (and unset it)`);
  }
  if (goEnv["GOWORK"] === "off" && hasGoWork) {
    yield warning("gowork", "GOWORK=off, so the go.work here is ignored. Run: go env -u GOWORK (and unset it)");
  }
  const mode = /(?:^|\s)-mod=(\S+)/.exec(goEnv["GOFLAGS"] ?? "")?.[1];
  if (mode === "vendor" && hasGoMod && !hasVendor) {
    yield error("goflags-vendor", "GOFLAGS has -mod=vendor, but there is no vendor folder. Run: go mod vendor");
  } else if (mode !== undefined) {
    yield information(
      "goflags-mod",
      `GOFLAGS has -mod=${mode}. An editor that is not started from this terminal may build without it; \`go env -w GOFLAGS=…\` holds for both.`,
    );
  }
}

function* buildFlagFindings({ goEnv }: EnvFacts): Generator<EnvFinding> {
  const flags = goEnv["GOFLAGS"] ?? "";
  if (/-ldflags[= ]["']?[^"']*-[sw](?![\w-])/.test(flags)) {
    yield error(
      "goflags-stripped",
      "GOFLAGS strips debug information (-ldflags with -s or -w), so Delve can debug nothing that is built with it. Take it out of GOFLAGS.",
    );
  }
  if (/(?:^|\s)-trimpath(?:=true)?(?:\s|$)/.test(flags)) {
    yield warning(
      "goflags-trimpath",
      "GOFLAGS has -trimpath: breakpoints do not find their files unless the launch configuration has substitutePath. Take it out of GOFLAGS for debugging.",
    );
  }
}

function* ptraceFindings({ ptraceScope, isRoot }: EnvFacts): Generator<EnvFinding> {
  if (ptraceScope === undefined || ptraceScope === 0) return;
  if (ptraceScope >= 3) {
    yield error("ptrace-scope", "kernel.yama.ptrace_scope is 3: this kernel lets nobody debug until it is restarted.");
  } else if (isRoot) {
    return;
  } else if (ptraceScope === 2) {
    yield error(
      "ptrace-scope",
      "kernel.yama.ptrace_scope is 2: only root may debug. Run: sudo sysctl kernel.yama.ptrace_scope=1",
    );
  } else {
    yield information(
      "ptrace-scope",
      "kernel.yama.ptrace_scope is 1: launching works, attaching to a running process does not. To allow it: sudo sysctl kernel.yama.ptrace_scope=0",
    );
  }
}

const finding =
  (severity: Severity) =>
  (rule: string, message: string): EnvFinding => ({ rule, severity, message });
const error = finding("error");
const warning = finding("warning");
const information = finding("information");

const dotted = (version: Version) => version.join(".");
