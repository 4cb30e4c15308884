/**
 * The command line of `go build` and `go test -c`, read as go reads it: which flags it has, which value each takes,
 * and the words with which it refuses the rest. From cmd/go/internal/work/build.go (AddBuildFlags),
 * cmd/go/internal/test/testflag.go, cmd/go/internal/load/flag.go, cmd/internal/quoted; Go 1.26.
 */

export interface GoFlag {
  readonly name: string;
  readonly value: string | undefined;
  /** Of its first word. */
  readonly index: number;
  /** 2 where the value is a word of its own. */
  readonly count: number;
}

export interface GoFlags {
  readonly flags: readonly GoFlag[];
  /** What go says before it exits; absent where it builds, or where a variable keeps that open. */
  readonly refusal: string | undefined;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const BUILD_SWITCHES = words("a asan buildvcs cover json linkshared modcacherw msan n race trimpath v work x");
const BUILD_VALUES = words(
  "C asmflags buildmode compiler covermode coverpkg debug-actiongraph debug-runtime-trace debug-trace gccgoflags " +
    "gcflags installsuffix ldflags mod modfile o overlay p pgo pkgdir tags toolexec",
);
const TEST_SWITCHES = words("artifacts benchmem c failfast fullpath i short");
const TEST_VALUES = words(
  "bench benchtime blockprofile blockprofilerate count coverprofile cpu cpuprofile exec fuzz fuzzcachedir " +
    "fuzzminimizetime fuzztime gocoverdir list memprofile memprofilerate mutexprofile mutexprofilefraction outputdir " +
    "parallel run shuffle skip testlogfile timeout trace vet",
);
/** Flags whose value is a list of words for compiler, assembler or linker. */
export const TOOL_FLAGS = words("asmflags gccgoflags gcflags ldflags");
/** What `go tool link` takes a value for; an unknown flag ends the reading. */
const LINK_VALUES = words(
  "B E H I L R T X benchmark buildid buildmode capturehostobjs cpuprofile extar extld extldflags fipso funcalign " +
    "installsuffix k libgcc linkmode memprofile memprofilerate o pluginpath r randlayout strictdups tmpdir",
);
const LINK_SWITCHES = words(
  "V a asan aslr bindnow c checklinkname compressdwarf d debugnosplit debugtextsize dumpdep f g h linkshared msan n " +
    "pruneweakmap race s v w",
);

export function isBuildFlag(name: string, isTest: boolean): boolean {
  return takesNoValue(name, isTest) || takesValue(name, isTest);
}

/** `next` is the word that follows on the command line: dlv's own. */
export function readGoFlags(args: readonly string[], isTest: boolean, next?: string): GoFlags {
  const flags: GoFlag[] = [];
  // The linker runs last.
  let linkRefusal: string | undefined;
  const done = (refusal?: string): GoFlags => ({ flags, refusal: refusal ?? linkRefusal });
  for (let i = 0; i < args.length; i++) {
    const match = /^--?([^-=][^=]*)(?:=([^]*))?$/.exec(args[i]);
    // What a variable stands for, VS Code alone knows.
    if (args[i].startsWith("${")) return done();
    if (!match) {
      if (args[i] === "--") return done(strayWord(args.at(i + 1)));
      return done(args[i].startsWith("-") && args[i] !== "-" ? `bad flag syntax: ${args[i]}` : strayWord(args[i]));
    }
    const [, name, inline] = match;
    if (name.includes("${")) return done();
    if (takesNoValue(name, isTest)) {
      if (inline !== undefined && !inline.includes("${") && !isBoolean(inline) && name !== "buildvcs")
        return done(`invalid boolean value "${inline}" for -${name}: parse error`);
      flags.push({ name, value: inline, index: i, count: 1 });
      continue;
    }
    if (!takesValue(name, isTest)) {
      return done(
        isTest ? `unknown flag ${args[i]} cannot be used with -c` : `flag provided but not defined: -${name}`,
      );
    }
    const isInline = inline !== undefined;
    const value = inline ?? args.at(i + 1) ?? next;
    if (value === undefined) {
      flags.push({ name, value: undefined, index: i, count: 1 });
      return done('malformed import path "-gcflags": leading dash');
    }
    flags.push({ name, value, index: i, count: isInline || i + 1 === args.length ? 1 : 2 });
    const isLate = name === "C" && i > 0;
    const problem = isLate ? "-C flag must be first flag on command line" : valueProblem(name, value);
    if (problem !== undefined) return done(problem);
    if (name === "ldflags") linkRefusal = linkProblem(value);
    if (!isInline) i++;
  }
  return done();
}

/** `quoted.Split`: quotes count at the start of a word only. Undefined where a quote is not closed. */
export function splitAsGo(text: string): { readonly text: string; readonly raw: string }[] | undefined {
  const found: { text: string; raw: string }[] = [];
  let at = 0;
  for (;;) {
    while (/[ \t\n\r]/.test(text.charAt(at))) at++;
    if (at >= text.length) return found;
    const quote = text[at] === "'" || text[at] === '"' ? text[at] : undefined;
    const end = quote === undefined ? text.slice(at).search(/[ \t\n\r]/) : text.indexOf(quote, at + 1) - at;
    if (quote !== undefined && end < 0) return undefined;
    const close = quote !== undefined ? at + end + 1 : end < 0 ? text.length : at + end;
    const raw = text.slice(at, close);
    found.push({ raw, text: quote === undefined ? raw : raw.slice(1, -1) });
    at = close;
  }
}

/** The words of a tool flag's value, and the package pattern before them (`all=`, with its sign). */
export function toolWords(value: string): { readonly pattern: string; readonly words: ReturnType<typeof splitAsGo> } {
  const trimmed = value.trim();
  const pattern = trimmed.startsWith("-") ? "" : (/^[^=]*=/.exec(trimmed)?.[0] ?? "");
  return { pattern, words: splitAsGo(trimmed.slice(pattern.length)) };
}

/** Why go refuses a GOFLAGS of this value (cmd/go/internal/base/goflags.go, InitGOFLAGS), in its own words. */
export function goflagsRefusal(value: string): string | undefined {
  if (value.includes("${")) return undefined;
  const found = splitAsGo(value);
  if (!found) return `parsing $GOFLAGS: unterminated ${/["'](?=[^"']*$)/.exec(value)?.[0] ?? "'"} string`;
  for (const { text } of found) {
    const name = /^--?([^-=][^=]*)(?:=|$)/.exec(text)?.[1];
    if (name === undefined) return `parsing $GOFLAGS: non-flag "${text}"`;
    // Flags of other go commands (-count, -d) are read past.
    if (/["'\s]/.test(name) || /^[NlwsmS]$/.test(name)) return `parsing $GOFLAGS: unknown flag -${name}`;
    const inline = text.includes("=") ? text.slice(text.indexOf("=") + 1) : undefined;
    const problem = inline === undefined || !TOOL_FLAGS.has(name) ? undefined : valueProblem(name, inline);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export function takesNoValue(name: string, isTest: boolean): boolean {
  return BUILD_SWITCHES.has(name) || (isTest && TEST_SWITCHES.has(withoutTest(name)));
}

function takesValue(name: string, isTest: boolean): boolean {
  return BUILD_VALUES.has(name) || (isTest && TEST_VALUES.has(withoutTest(name)));
}

const withoutTest = (name: string) => name.replace(/^test\./, "");

/** As strconv.ParseBool has it. */
export function isBoolean(text: string): boolean {
  return /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(text);
}

/** A word that is no flag is taken for a package. */
function strayWord(word: string | undefined): string | undefined {
  // A folder may well be one.
  if (word === undefined || word.startsWith(".") || word.startsWith("/") || word.includes("${")) return undefined;
  const odd = /[^\w./@~+-]/.exec(word)?.[0];
  if (odd !== undefined) return `malformed import path "${word}": invalid char '${odd}'`;
  return `"${word}" is taken for a package`;
}

function valueProblem(name: string, value: string): string | undefined {
  if (value.includes("${")) return undefined;
  const refused = (why: string) => `invalid value ${JSON.stringify(value)} for flag -${name}: ${why}`;
  if (name === "p" && !/^[+-]?\d+$/.test(value)) return refused("parse error");
  if (!TOOL_FLAGS.has(name)) return undefined;
  const text = value.trim();
  if (text === "") return undefined;
  if (!text.startsWith("-")) {
    if (!text.includes("=")) return refused("missing =<value> in <pattern>=<value>");
    if (text.startsWith("=")) return refused("missing <pattern> in <pattern>=<value>");
    if (/^['"]/.test(text)) return refused(`parameter may not start with quote character ${text[0]}`);
  }
  const { words: found } = toolWords(text);
  if (!found) return refused(`unterminated ${/["'](?=[^"']*$)/.exec(text)?.[0] ?? "'"} string`);
  return undefined;
}

function linkProblem(value: string): string | undefined {
  if (value.includes("${")) return undefined;
  const args = (toolWords(value).words ?? []).map(({ text }) => text);
  for (let i = 0; i < args.length; i++) {
    const match = /^--?([^-=][^=]*)(?:=([^]*))?$/.exec(args[i]);
    if (!match) return `link takes "${args[i]}" for a file and prints its usage`;
    const [, name, inline] = match;
    if (LINK_SWITCHES.has(name)) continue;
    if (!LINK_VALUES.has(name)) return undefined;
    const value = inline ?? args.at(++i);
    if (value === undefined) return `flag needs an argument: -${name}`;
    if (name === "X" && !value.includes("=")) return "-X flag requires argument of the form importpath.name=value";
  }
  return undefined;
}
