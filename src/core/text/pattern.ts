/**
 * Regular expressions as people know them from `go tool pprof` and from JavaScript, in an engine of our own that is
 * never slow: JavaScript's takes time without end over `(a+)+$`, and would freeze a session, a viewer, a terminal.
 * Names of methods and generic functions, as profiles show them, are meant as text.
 *
 * https://swtch.com/~rsc/regexp/regexp1.html
 */
import { FormatError } from "./format-error.js";
import { LinearMatcher, PatternTakesTooLong } from "./linear-matcher.js";
import { programOf } from "./pattern-program.js";
import { parsePattern, PatternProblem } from "./pattern-syntax.js";

/** A regular expression, or several as one. */
export interface Pattern {
  /** Whether it matches somewhere in the text. Throws FormatError "pattern" when that takes too long to say. */
  test(text: string): boolean;
}

/** No pattern that a person types is longer; dropFrames of a profile are lists of names. */
const MAX_LENGTH = 20_000;

/** Compiles a pattern; throws FormatError "pattern" when it is none. `flags`: of JavaScript's, `i`, `m` and `s`. */
export function patternOf(source: string, flags = ""): Pattern {
  const quoted = JSON.stringify(source.length <= 80 ? source : `${source.slice(0, 79)}…`);
  const compiled = matcherOf(source, flags);
  if (typeof compiled === "string") {
    throw new FormatError("pattern", `${quoted} is not a regular expression (/${source}/${flags}: ${compiled})`);
  }
  return {
    test: (text) => {
      try {
        return compiled.test(text);
      } catch (error) {
        if (!(error instanceof PatternTakesTooLong)) throw error;
        throw new FormatError("pattern", `the pattern ${quoted} takes too long; write a simpler one`);
      }
    },
  };
}

/** Or why it is none, in a few words. */
function matcherOf(source: string, flags: string): LinearMatcher | string {
  if (source.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  try {
    return new LinearMatcher(programOf(parsePattern(withNames(source), flags)));
  } catch (error) {
    if (error instanceof PatternProblem) return error.message;
    throw error;
  }
}

/**
 * `(*T)` is no expression at all and `[...]` a useless one: both are parts of names, `pkg.(*T).Method` and
 * `pkg.Function[...]`, where the dots stand for whatever type arguments (`[go.shape.int]`).
 */
function withNames(body: string): string {
  return body
    .replace(/(?<!\\)\(\*([\w.]*(?:\[\.\.\.\])?)\)/g, "\\(\\*$1\\)")
    .replace(/(?<!\\)\[\.\.\.\]/g, "\\[.*\\]")
    .replace(/(?<!\\)\[(go\.shape\.[^\]]*)\]/g, (_, types: string) => `\\[${types.replace(SPECIAL, "\\$&")}\\]`);
}

const SPECIAL = /[\\^$.*+?()[\]{}|]/g;
