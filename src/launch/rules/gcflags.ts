/** -gcflags, which golang.go or dlv's own make void. */
import { type BuildFlags, buildFlagsOf, splitAsDelve, writeBuildFlags } from "../go/build-flags.js";
import { modeOf, quotation } from "../configuration.js";
import { isBuildFlag } from "../go/go-flags.js";
import type { Problem, Rule } from "../rule.js";

/**
 * golang.go takes `-gcflags` with its value out of a string (extension/src/goDebugConfiguration.ts,
 * resolveDebugConfiguration and removeGcflags); of an unquoted value it leaves what follows the first blank, which go
 * then refuses. A list passes (for dlv from 1.22.2 on), but dlv puts its own `-gcflags 'all=-N -l'` after it, and of
 * several the last counts (cmd/go/internal/load/flag.go, PerPackageFlag). What golang.go does not recognise, such as
 * two dashes, comes after dlv's own and wins.
 */
export const gcflags: Rule = {
  id: "gcflags",
  about: "-gcflags, which golang.go takes out or dlv overrides",
  configuration(configuration, facts) {
    const read = buildFlagsOf(configuration, facts);
    if (!read) return [];
    const isTest = modeOf(configuration) === "test";
    if (read.losesGcflags) return [takenOut(read, isTest)];
    return read.flags
      .filter(({ name }) => name === "gcflags")
      .flatMap(({ value, index, count }): Problem[] => {
        const wins = !read.isList;
        if (wins && /-N\b/.test(value ?? "") && /-l\b/.test(value ?? "")) return [];
        const rest = read.words.filter((_, i) => i < index || i >= index + count).map(({ text }) => text);
        return [
          {
            at: read.nodes[index],
            severity: "warning",
            message: wins
              ? "This `-gcflags` comes after dlv's own `-gcflags 'all=-N -l'` and wins: the package is optimised, so steps jump and variables are missing. The fix takes it out."
              : "dlv puts its own `-gcflags 'all=-N -l'` (no optimisation, no inlining) after this one, and the last one counts. The fix takes it out.",
            isHarmless: !wins,
            fix: { title: "Remove -gcflags", changes: writeBuildFlags(read, rest) },
          },
        ];
      });
  },
};

function takenOut(read: BuildFlags, isTest: boolean): Problem {
  const { value } = read.attribute;
  const rest = withoutRemains(read.written[0], isTest);
  return {
    at: value,
    severity: read.refusal === undefined ? "warning" : "error",
    message:
      "golang.go takes `-gcflags` out of `buildFlags`; dlv builds with `-gcflags='all=-N -l'` (no optimisation, no inlining) by itself. " +
      (read.refusal === undefined
        ? "The fix takes it out."
        : `What it leaves fails the build: go says ${quotation(read.refusal)}. The fix takes out flag and value.`),
    isHarmless: read.refusal === undefined,
    fix: { title: "Remove -gcflags", changes: writeBuildFlags(read, rest) },
  };
}

/** The words that are left without each `-gcflags`, its value, and what an unquoted value leaves behind. */
function withoutRemains(text: string, isTest: boolean): string[] {
  const mark = "\uE000";
  const marked = text.replace(/(^|\s)-gcflags[= ](?:'[^']*'|"[^"]*"|[^'"\s])+/g, `$1${mark}`);
  const kept: string[] = [];
  let isRemains = false;
  for (const { text: word } of splitAsDelve(marked)) {
    if (word.startsWith(mark)) {
      isRemains = true;
      continue;
    }
    const name = /^--?([^-=][^=]*)/.exec(word)?.[1];
    if (name !== undefined && isBuildFlag(name, isTest)) isRemains = false;
    if (!isRemains) kept.push(word);
  }
  return kept;
}
