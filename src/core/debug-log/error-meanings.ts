/** What Delve's errors mean, and what to do; where a rule of the launch check finds the cause, its id. */
export interface ErrorMeaning {
  readonly meaning: string;
  readonly advice: string;
  /** Id of a rule of `godiag launch check` or `godiag env check`. */
  readonly rule?: string;
}

/** Undefined for what is not known: the message itself is all there is to say. */
export function meaningOf(message: string): ErrorMeaning | undefined {
  return MEANINGS.find(([pattern]) => pattern.test(message))?.[1];
}

const MEANINGS: readonly (readonly [RegExp, ErrorMeaning])[] = [
  [
    /too old for (?:Go version|this version of Go)|to debug executables using DWARFv5|Delve is too old/i,
    {
      meaning: "The program was built by a Go that is newer than this Delve knows.",
      advice: "Install a newer Delve: go install github.com/go-delve/delve/cmd/dlv@latest",
      rule: "newer-than-dlv",
    },
  ],
  [
    /Go version .* is too old/i,
    {
      meaning: "The program was built by a Go that this Delve no longer supports.",
      advice: "Build with a newer Go, or install an older Delve",
    },
  ],
  [
    /Build error/i,
    {
      meaning: "The program does not compile, or there is no package where the configuration points.",
      advice: "Look at the build output in the log, and at `program` and `buildFlags` of the configuration",
      rule: "program-not-found",
    },
  ],
  [
    /could not attach to pid|operation not permitted|ptrace/i,
    {
      meaning: "The system does not let Delve trace that process.",
      advice: "Run Delve as the same user, or allow it: sudo sysctl kernel.yama.ptrace_scope=0",
      rule: "ptrace-scope",
    },
  ],
  [
    /could not open debug info|no debug info|debug_info section|could not find .*debug_/i,
    {
      meaning: "The executable has no debug information: it was built with -ldflags=-s or -w, or stripped.",
      advice: "Build it without -s and -w",
      rule: "stripped-build",
    },
  ],
  [
    /not an executable file|exec format error/i,
    {
      meaning: "What was to be started is no executable for this system: perhaps a package that is not main.",
      advice: "Point `program` at a main package, or use mode test",
      rule: "program-package",
    },
  ],
  [
    /could not find file .*|could not find statement at|no code at/i,
    {
      meaning: "The line has no code, or Delve knows the file under another path.",
      advice: "Set the breakpoint on a statement; where paths differ, set substitutePath",
      rule: "substitute-path",
    },
  ],
  [
    /could not find symbol value for/i,
    {
      meaning: "There is no variable of that name at this place, or the compiler removed it.",
      advice: "Choose another frame, or build without optimisation",
      rule: "build-flags",
    },
  ],
  [
    /unknown reference \d+|Unable to lookup variable/i,
    {
      meaning: "The client asked for a variable of an earlier stop: the program has gone on since.",
      advice: "Nothing needs to be done; expand the variable again",
    },
  ],
  [
    /unknown goroutine|Unable to produce stack trace/i,
    { meaning: "The goroutine has ended, or its stack cannot be read.", advice: "Choose another goroutine" },
  ],
  [
    /can't find method|Not yet implemented|unsupported (?:command|request)/i,
    {
      meaning: "This Delve does not know the request: client and Delve are of different versions.",
      advice: "Update Delve, or the editor's extension",
    },
  ],
  [
    /has exited with status|process \d+ has exited|Process .* has exited/i,
    { meaning: "The program ended before the request came.", advice: "Start it again" },
  ],
  [
    /use of closed network connection|connection reset|EOF$/i,
    {
      meaning: "The client closed the connection while Delve still wrote or read.",
      advice: "Look at the client's own log; without a disconnect request before, it may have crashed",
    },
  ],
  [
    /address already in use/i,
    {
      meaning: "Another process listens on that port.",
      advice: "Choose another port, or leave it out",
      rule: "port-number",
    },
  ],
  [
    /Failed to (?:launch|attach)/i,
    {
      meaning: "The session could not begin.",
      advice: "Look at the lines before it; `godiag launch check` finds causes",
    },
  ],
];
