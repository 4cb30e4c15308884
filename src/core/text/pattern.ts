/**
 * Regular expressions as people know them from `go tool pprof`, in the engine that runs here.
 *
 * Go writes flags and a few classes in its own way; they are translated. Names of methods and generic functions, as
 * profiles show them, are meant as text. What neither knows is one clear error.
 */
import { FormatError } from "./format-error.js";

/** Compiles a pattern; throws FormatError "pattern" when it is none. */
export function patternOf(source: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  const body = flags ? source.slice(flags[0].length) : source;
  const translated = withNames(body)
    .replaceAll("(?P<", "(?<")
    .replace(/\\([\s\S])/g, (whole, escaped: string) => GO_ESCAPES[escaped] ?? whole)
    .replace(/\[:(\^?)(\w+):\]/g, (whole, not: string, name: string) => (not ? whole : (POSIX[name] ?? whole)));
  try {
    return new RegExp(translated, flags?.[1] ?? "");
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : String(error);
    throw new FormatError("pattern", `${JSON.stringify(source)} is not a regular expression (${why})`);
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

const GO_ESCAPES: Readonly<Record<string, string>> = { A: "^", z: "$" };

const POSIX: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  blank: "\\t ",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\s",
  upper: "A-Z",
  word: "\\w",
  xdigit: "0-9A-Fa-f",
};
