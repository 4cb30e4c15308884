/** Build flags that strip debug information. */
import { buildFlagsOf, writeBuildFlags } from "../go/build-flags.js";
import type { Change } from "../change.js";
import { buildsProgram, removeAttribute } from "../configuration.js";
import { type Configuration, objectAt } from "../document.js";
import { isBoolean, splitAsGo, toolWords } from "../go/go-flags.js";
import type { Problem, Rule } from "../rule.js";

/**
 * `-ldflags` in `buildFlags`, or in GOFLAGS, which go reads where the command line does not say it. Of several the last
 * one counts (cmd/go/internal/load/flag.go). `-s` implies `-w`; with `-w=0` dlv finds debug information and no symbols, and does not even start the program.
 */
export const strippedBuild: Rule = {
  id: "stripped-build",
  about: "Build flags that strip debug information",
  configuration(configuration, facts) {
    if (!buildsProgram(configuration)) return [];
    const read = buildFlagsOf(configuration, facts);
    if (read && read.refusal !== undefined) return [];
    const uses = read?.flags.filter(({ name }) => name === "ldflags") ?? [];
    const use = uses.at(-1);
    if (!read || !use) return inGoflags(configuration);
    const kept = unstripped(use.value ?? "");
    if (kept === undefined) return [];
    const words = read.words.map(({ text }) => text);
    const written = use.count === 2 ? ["-ldflags", kept] : [`-ldflags=${kept}`];
    words.splice(use.index, use.count, ...(kept === "" ? [] : written));
    return [problem(read.nodes[use.index], use.value ?? "", writeBuildFlags(read, words))];
  },
};

function inGoflags(configuration: Configuration): Problem[] {
  const variable = objectAt(configuration, "env")?.byName.get("GOFLAGS");
  if (variable?.value.type !== "string") return [];
  const words = splitAsGo(String(variable.value.value)) ?? [];
  const at = words.findLastIndex(({ text }) => /^--?ldflags=/.test(text));
  if (at < 0) return [];
  const [name, value] = [words[at].text.slice(0, words[at].text.indexOf("=") + 1), valueOf(words[at].text)];
  const kept = unstripped(value);
  if (kept === undefined) return [];
  const flag = name + kept;
  const quoted = /\s/.test(flag) ? (flag.includes("'") ? `"${flag}"` : `'${flag}'`) : flag;
  const rest = words.flatMap(({ raw }, i) => (i !== at ? [raw] : kept === "" ? [] : [quoted]));
  return [
    problem(
      variable.value,
      value,
      rest.length === 0
        ? [removeAttribute(variable)]
        : [{ do: "replace", node: variable.value, value: rest.join(" ") }],
    ),
  ];
}

const valueOf = (flag: string) => flag.slice(flag.indexOf("=") + 1);

function problem(at: Problem["at"], value: string, changes: readonly Change[]): Problem {
  const fails = /(?:^|\s)--?w=(?:0|f|F|false|FALSE|False)(?:\s|$)/.test(value);
  return {
    at,
    severity: fails ? "error" : "warning",
    message: fails
      ? '`-s` strips the symbols, and dlv stops with "could not parse ELF symbols: no symbol section". The fix takes it out.'
      : '`-s` and `-w` strip the debug information that dlv works with: the program starts, but no breakpoint of the editor binds ("binary is stripped"), and there are no variables. They make release binaries smaller; the fix takes them out.',
    fix: { title: "Remove -s and -w", changes },
  };
}

/** The value without what strips; undefined where nothing does. */
function unstripped(value: string): string | undefined {
  const { pattern, words } = toolWords(value);
  if (!words) return undefined;
  const isOn = (text: string, name: string) => {
    const match = new RegExp(`^--?${name}(?:=(.*))?$`).exec(text);
    return match !== null && (match[1] === undefined || (isBoolean(match[1]) && /^[1tT]/.test(match[1])));
  };
  let isValue = false;
  const strips: boolean[] = [];
  for (const { text } of words) {
    strips.push(!isValue && (isOn(text, "s") || isOn(text, "w")));
    isValue = !isValue && /^--?(?:X|extldflags|extld|linkmode|buildid|r|I|L|B|E|H|T|R|k|tmpdir|o)$/.test(text);
  }
  if (!strips.includes(true)) return undefined;
  const kept = words.filter((_, i) => !strips[i]).map(({ raw }) => raw);
  return kept.length === 0 ? "" : pattern + kept.join(" ");
}
