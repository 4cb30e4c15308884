/**
 * What a text is that is neither a profile nor the stacks of goroutines, and what to do with it. Texts of a few kinds are
 * handed over in the place of profiles again and again; each is named by how it begins.
 */
import { FormatError } from "../text/format-error.js";

/** `text` is the beginning of it, as much as tells. */
export function describeText(text: string): FormatError {
  const start = text.replace(/^(?:\ufeff|\xef\xbb\xbf)/, "").trimStart();
  const encoded = base64(start);
  if (encoded !== undefined) return encoded;
  const found = TEXTS.find(([pattern]) => pattern.test(start));
  if (found !== undefined) return new FormatError(found[1], found[2], 0, found[3]);
  return new FormatError(
    "text",
    "this is text, but neither a profile that Go writes with debug=1 nor the stacks of goroutines",
    0,
    "give a profile or a goroutine dump",
  );
}

const ONE_PROFILE = "name one profile, such as /debug/pprof/heap";
const GIVE_PROFILE = "give the profile that it was made from";

const TEXTS: readonly (readonly [pattern: RegExp, code: string, message: string, todo: string])[] = [
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
    "git-lfs",
    "this is a pointer of Git LFS, not the file itself",
    "fetch the file with git lfs pull",
  ],
  [
    /^<svg[\s>]|^<\?xml[^>]*>\s*(?:<!DOCTYPE svg[^>]*>\s*)?(?:<!--[\s\S]{0,400}?-->\s*)?<svg/i,
    "picture",
    "this is a picture (SVG), not a profile",
    GIVE_PROFILE,
  ],
  [
    /^(?:<!doctype\s+html|<html|<head|<body)/i,
    "html",
    "this is an HTML page, not a profile: the address answers with a page (a login, a proxy's error, or the index of /debug/pprof/)",
    ONE_PROFILE,
  ],
  [/^</, "html", "this is XML or HTML, not a profile", ONE_PROFILE],
  [
    /^\{\s*"cmdline":|^\{[^{}]{0,300}"memstats":/,
    "expvar",
    "this is JSON of expvar (/debug/vars), not a profile",
    ONE_PROFILE,
  ],
  [
    /^\{\s*"(?:\$schema":\s*"https:\/\/www\.speedscope|exporter":\s*"speedscope)/,
    "speedscope",
    "this is JSON of speedscope, not a profile of Go",
    GIVE_PROFILE,
  ],
  [
    /^(?:\{\s*"traceEvents":|\[\s*\{\s*"(?:name|cat|ph|pid)":)/,
    "chrome-trace",
    "this is JSON of Chrome's trace viewer, not a profile",
    "`godiag trace FILE` reads the trace that Go wrote",
  ],
  [
    /^\{\s*"nodes":\s*\[\s*\{\s*"id":/,
    "v8-profile",
    "this is a CPU profile of V8 (Node or Chrome), not of Go",
    "the browser's developer tools read it",
  ],
  [
    /^(?:\{|\[\s*(?:["{[\]]|-?\d))/,
    "json",
    "this is JSON, not a profile",
    "profiles come from /debug/pprof/ of the program, `go test -memprofile` or runtime/pprof",
  ],
  [
    /^(?:Unknown profile|404 page not found|Could not enable CPU profiling|Profile not found|Could not |Unauthorized|Forbidden|Bad Gateway|Not Found|upstream connect error|no healthy upstream)/,
    "http-error",
    "this is a server's error message, not a profile",
    "see what its /debug/pprof/ offers",
  ],
  [
    /^HTTP\/\d(?:\.\d)? \d{3}/,
    "http-error",
    "this is an HTTP answer with its headers",
    "capture without them (curl without -i)",
  ],
  [
    /^(?:curl|wget|bash|sh|zsh|go|Error|error)(?:\.exe)?: /,
    "tool-error",
    "this is the error message of a tool, not a profile",
    "read what it says, and capture it again",
  ],
  [/^mode: (?:set|count|atomic)\s/, "coverage", "this is a coverage profile", "`go tool cover` reads it"],
  [/^go 1\.\d+ trace/, "trace", "this is an execution trace", "`godiag trace FILE` and `go tool trace FILE` read it"],
  [
    /^go1\.\d+ heap dump/,
    "heap-dump",
    "this is a heap dump of runtime/debug.WriteHeapDump, not a heap profile",
    "capture /debug/pprof/heap",
  ],
  [/^# (?:HELP|TYPE) \w/, "metrics", "these are metrics for Prometheus, not a profile", ONE_PROFILE],
  [
    /^--- heapz \d+ ---\s+format = java|^--- contentionz \d+ ---\s+format = java/,
    "java",
    "this is a profile of a Java program",
    "`pprof` of github.com/google/pprof reads it",
  ],
  [
    /^--- threadz \d+ ---|^--- Thread [0-9a-f]+ /,
    "threads",
    "these are the stacks of a C++ program's threads",
    "`go tool pprof` reads them",
  ],
  [
    /^(?:File: .*\s+)?(?:Build ID: .*\s+)?Type: \w+\s|^Showing nodes accounting for|^PeriodType: /,
    "report",
    "this is a report that pprof printed, not a profile",
    GIVE_PROFILE,
  ],
  [/^digraph /, "report", "this is a call graph for Graphviz (DOT), not a profile", GIVE_PROFILE],
  [/^(?:[^\s;]+;)+\S+ \d+\s/, "folded", "these are folded stacks, as for a flame graph", GIVE_PROFILE],
  [
    /^gc \d+ @[\d.]+s \d+%:|^SCHED \d+ms:/,
    "gctrace",
    "these are lines of GODEBUG (gctrace, schedtrace), not a profile",
    ONE_PROFILE,
  ],
  [
    /^(?:ok|FAIL|\?)\s+\t?\S+|^goos: \w+|^=== RUN /,
    "go-test",
    "this is what go test printed, without stacks of goroutines",
    "`go test -memprofile FILE` writes a profile",
  ],
  [/^-----BEGIN /, "pem", "this is a key or a certificate (PEM)", "give a profile"],
  [
    /^[0-9a-f]{7,8}:? [0-9a-f]{2,4} ?[0-9a-f]{2,4} /,
    "hex",
    "this is a hex dump",
    "make bytes of it with xxd -r and give those",
  ],
  [/^(?:\/\/[^\n]*\n|\s)*package \w+\s/, "go-source", "this is a Go source file", "`godiag diagnose PACKAGE` runs it"],
  [/^diff --git |^--- a\//, "diff", "this is a diff", "give a profile"],
];

/** Base64 (of a whole profile, or of a data URI), named with what it holds where its first bytes tell. */
function base64(start: string): FormatError | undefined {
  const text = /^(?:data:[\w/.+-]*;base64,)?([A-Za-z0-9+/_\-\s]{32,}={0,2})/.exec(start);
  if (text === null) return undefined;
  const isUri = start.startsWith("data:");
  const letters = text[1].replace(/\s/g, "");
  const isGzip = letters.startsWith("H4sI");
  const isProfile = /^Cg[A-Za-z]/.test(letters);
  const first = text[1].trim().split(/\r?\n/)[0];
  // Words are letters as well: text in one piece, with what words do not have.
  const isDense =
    first.length >= 60 && /\d/.test(first) && /[A-Z]/.test(first) && /[a-z]/.test(first) && !first.includes(" ");
  if (!isUri && !(isGzip && !first.includes(" ")) && !isDense) return undefined;
  const what = isGzip ? "of a gzip file" : isProfile ? "of what may be a profile" : "of some other file";
  return new FormatError("base64", `this is base64 ${what}`, 0, "make bytes of it with base64 -d and give those");
}
