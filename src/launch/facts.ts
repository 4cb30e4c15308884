/**
 * What the rules may know about the machine, as a shape that facts from outside are held to.
 *
 * A file of its own: importing the type alone does not load zod.
 */
import * as z from "zod";

const packageShape = z.object({
  /** main: go build makes a program of it. none: there is no Go file, tests included. */
  kind: z.enum(["main", "library", "none"]),
  hasTests: z.boolean(),
  /** For one file: what it uses and only other files of its folder declare. */
  declaredElsewhere: z.array(z.string()).optional(),
  /** How many files of the folder declare `func main`. */
  mains: z.number().int(),
});

export type PackageFact = z.infer<typeof packageShape>;

export const factsShape = z.object({
  dlv: z
    .object({
      version: z.string(),
      path: z.string(),
      /** What `dlv dap` answered about flags (without dashes) that it was asked about; others are judged by version. */
      dapFlags: z.record(z.string(), z.boolean()).optional(),
    })
    .optional(),
  go: z.object({ version: z.string(), path: z.string().optional() }).optional(),
  gopls: z.object({ version: z.string() }).optional(),
  goos: z.enum(["linux", "darwin", "windows", "other"]),
  /** What is at a path, keyed by the path as the file writes it (variables included). */
  paths: z.record(z.string(), z.enum(["file", "directory", "missing"])).optional(),
  /** Absolute: what ${workspaceFolder} stands for. */
  folder: z.string().optional(),
  /** The Go files that a `program` names, keyed as in `paths`; absent where build constraints decide. */
  packages: z.record(z.string(), packageShape).optional(),
  /** /proc/sys/kernel/yama/ptrace_scope. */
  ptraceScope: z.number().int().optional(),
  root: z.boolean().optional(),
  golangExtension: z.object({ version: z.string() }).optional(),
  /** Whether Go Diagnostics' debug proxy takes part in this start. */
  proxy: z.boolean(),
});

export type Facts = z.infer<typeof factsShape>;
