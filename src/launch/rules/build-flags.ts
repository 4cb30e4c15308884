/** L6, L12: Build flags that go refuses: a quote that dlv does not know, a value that falls apart, a word too many. */
import { type BuildFlags, buildFlagsOf, writeBuildFlags } from "../build-flags.js";
import { modeOf, quotation } from "../configuration.js";
import { flagsIn } from "../flags.js";
import { meantFlags } from "../meant-flags.js";
import type { Rule } from "../rule.js";
import { dlvFlagInArgs } from "./dlv-flag-in-args.js";
import { nonTerminalFlag } from "./non-terminal-flag.js";

/**
 * What go does with them is written in `build-flags.ts`. `-gcflags`, which golang.go takes out first, and flags of dlv
 * have rules of their own.
 */
export const buildFlags: Rule = {
  id: "build-flags",
  about: "Build flags that go refuses",
  configuration(configuration, facts, document) {
    const read = buildFlagsOf(configuration, facts);
    if (read?.refusal === undefined || read.losesGcflags) return [];
    const isTest = modeOf(configuration) === "test";
    const { value } = read.attribute;
    const explained = [dlvFlagInArgs, nonTerminalFlag].some((rule) =>
      rule
        .configuration?.(configuration, facts, document)
        .some(({ at }) => flagsIn(read.attribute).some(({ nodes }) => nodes.includes(at))),
    );
    if (explained) return [];
    const { written } = read;
    const meant = meantFlags(written, read.isList, isTest);
    const command = isTest ? "go test -c" : "go build";
    return [
      {
        at: read.isList ? (read.nodes[placeOf(read)] ?? value) : value,
        severity: "error",
        message: `The build fails: \`${command}\` says ${quotation(read.refusal)}. ${
          read.isList
            ? "Each element of the list is one argument as it is: no shell takes quotes off or splits at blanks."
            : "dlv splits `buildFlags` at blanks, except between single quotes; double quotes do not count."
        }${meant ? ` The fix writes what you meant.` : written.some((text) => /\$\(|`/.test(text)) ? " No shell runs either: a command in it stays text." : ""}`,
        ...(meant && { fix: { title: "Write the flags as go takes them", changes: writeBuildFlags(read, meant) } }),
      },
    ];
  },
};

/** The first word that go did not take. */
function placeOf({ flags, words, refusal }: BuildFlags): number {
  const last = flags.at(-1);
  if (!last) return 0;
  const isValue = refusal?.startsWith("invalid value") || refusal?.includes("-X flag") || refusal?.startsWith("link ");
  return isValue ? last.index + last.count - 1 : Math.min(last.index + last.count, words.length - 1);
}
