/**
 * What is known about a Go development environment, and what is said about it.
 *
 * A fact that is absent is not known, and nothing is said about it.
 */
export interface EnvFinding {
  readonly rule: string;
  /** error: builds or debugging fail. warning: something else happens than meant. information: worth knowing. */
  readonly severity: "error" | "warning" | "information";
  /** What is there, what really happens, what to do; one line. */
  readonly message: string;
}

export interface GoCommand {
  readonly path: string;
  /** Dotted, without "go". */
  readonly version: string | undefined;
}

export interface Replacement {
  readonly module: string;
  /** Undefined when every version is replaced. */
  readonly version: string | undefined;
  /** A folder (absolute), or the path of another module. */
  readonly target: string;
}

export interface UsedModule {
  readonly folder: string;
  readonly module: string | undefined;
  readonly replaces: readonly Replacement[];
  /** Modules that are copied to its vendor folder. */
  readonly vendored: readonly string[];
}

export interface Workspace {
  readonly path: string;
  /** Its `go` line. */
  readonly go?: string | undefined;
  readonly uses: readonly UsedModule[];
  readonly replaces: readonly Replacement[];
}

export interface GoMod {
  readonly path: string;
  /** Its `go` line: the oldest Go that may build it. */
  readonly go: string | undefined;
  /** Whether the go.work that holds here uses its folder. */
  readonly isUsed: boolean;
}

/** What the editor's settings make of GOFLAGS and build flags; each absent when it is not set. */
export interface EditorFlags {
  /** GOFLAGS of `go.toolsEnvVars`: gopls, tests and debugging in the editor. */
  readonly tools: string | undefined;
  /** `go.buildFlags`, joined. */
  readonly build: string | undefined;
  /** GOFLAGS of `terminal.integrated.env.*` for this system. */
  readonly terminal: string | undefined;
}

export interface EnvFacts {
  readonly go: GoCommand | undefined;
  /** Other, different go commands further down PATH. */
  readonly otherGo: readonly GoCommand[];
  readonly dlv:
    | {
        readonly path: string;
        readonly version: string | undefined;
        /** How the running Go looks to this Delve; undefined when it is not known. */
        readonly support: "supported" | "too-old" | "too-new" | undefined;
      }
    | undefined;
  /** What `go env` answers in the folder: GOFLAGS, GO111MODULE, GOWORK, …; empty when it does not answer. */
  readonly goEnv: Readonly<Record<string, string | undefined>>;
  /** What `go version` said instead of a version. */
  readonly goVersionProblem: string | undefined;
  /** What `go env` said instead. */
  readonly goEnvProblem: string | undefined;
  /** What the environment itself sets; what `go env` knows besides was written with `go env -w`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** GOROOT of the environment, and the root that the go command has without it, when both are known. */
  readonly goRoots: { readonly environment: string; readonly command: string } | undefined;
  readonly hasGoMod: boolean;
  /** The go.mod that holds here; absent where there is none. */
  readonly goMod?: GoMod | undefined;
  readonly hasVendor: boolean;
  /** The go.work of this folder or of one above it, in effect or not. */
  readonly workspace: Workspace | undefined;
  /** Folders of compiled packages under $GOPATH/pkg. */
  readonly stalePackages: readonly string[];
  /** Why a module proxy (by its address) was not reached, undefined when it was; only those that were tried. */
  readonly proxyProblems: ReadonlyMap<string, string | undefined>;
  readonly editor: EditorFlags;
  /** Configurations of launch.json that debug a binary or process which was built before. */
  readonly prebuilt: readonly string[];
  /** kernel.yama.ptrace_scope, and whether we are root. */
  readonly ptraceScope: number | undefined;
  readonly isRoot: boolean;
}

const finding =
  (severity: EnvFinding["severity"]) =>
  (rule: string, message: string): EnvFinding => ({ rule, severity, message });
export const error = finding("error");
export const warning = finding("warning");
export const information = finding("information");

/** How to take a variable back from where it was set. */
export function unset(name: string, { environment }: EnvFacts): string {
  return environment[name] ? `Unset ${name} in the environment.` : `Run: go env -u ${name}`;
}
