/** What the rules may know about the machine, as src/machine reads it. Whatever is undefined could not be found out. */

export interface PackageFact {
  /** main: go build makes a program of it. none: there is no Go file, tests included. */
  readonly kind: "main" | "library" | "none";
  readonly hasTests: boolean;
  /** For one file: what it uses and only other files of its folder declare. */
  readonly declaredElsewhere?: readonly string[] | undefined;
  /** How many files of the folder declare `func main`. */
  readonly mains: number;
}

export interface Facts {
  readonly dlv?:
    | {
        readonly version: string;
        readonly path: string;
        /** What `dlv dap` answered about flags (without dashes) that it was asked about; others are judged by version. */
        readonly dapFlags?: Readonly<Record<string, boolean>> | undefined;
      }
    | undefined;
  readonly go?: { readonly version: string; readonly path?: string | undefined } | undefined;
  readonly gopls?: { readonly version: string } | undefined;
  readonly goos: "linux" | "darwin" | "windows" | "other";
  /** What is at a path, keyed by the path as the file writes it (variables included). */
  readonly paths?: Readonly<Record<string, "file" | "directory" | "missing">> | undefined;
  /** Absolute: what ${workspaceFolder} stands for. */
  readonly folder?: string | undefined;
  /** The Go files that a `program` names, keyed as in `paths`; absent where build constraints decide. */
  readonly packages?: Readonly<Record<string, PackageFact>> | undefined;
  /** /proc/sys/kernel/yama/ptrace_scope. */
  readonly ptraceScope?: number | undefined;
  readonly root?: boolean | undefined;
  readonly golangExtension?: { readonly version: string } | undefined;
  /** Whether Go Diagnostics' debug proxy takes part in this start. */
  readonly proxy: boolean;
}
