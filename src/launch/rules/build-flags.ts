/** Build flags that go refuses: a quote that dlv does not know, a value that falls apart, a word too many. */
import { type BuildFlags, buildFlagsOf, withoutGcflags, writeBuildFlags } from "../go/build-flags.js";
import { buildsProgram, modeOf, quotation } from "../configuration.js";
import { type Configuration, objectAt } from "../document.js";
import { flagsIn } from "../flags.js";
import { goflagsRefusal } from "../go/go-flags.js";
import { meantFlags } from "../go/meant-flags.js";
import type { Problem, Rule } from "../rule.js";
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
    if (!buildsProgram(configuration)) return [];
    return [...inAttribute(configuration, facts, document), ...inEnvironment(configuration)];
  },
};

const inAttribute: NonNullable<Rule["configuration"]> = (configuration, facts, document) => {
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
};

/** GOFLAGS, of which golang.go takes out `-gcflags` too; go splits it with quotes around whole words. */
function inEnvironment(configuration: Configuration): Problem[] {
  const variable = objectAt(configuration, "env")?.byName.get("GOFLAGS");
  if (variable?.value.type !== "string") return [];
  const { rest } = withoutGcflags(String(variable.value.value));
  const refusal = goflagsRefusal(rest);
  if (refusal === undefined) return [];
  const meant = meantFlags([rest], false, modeOf(configuration) === "test");
  const joined = (meant ?? []).reduce<string[]>((flags, word) => {
    if (word.startsWith("-") || flags.length === 0) return [...flags, word];
    return [...flags.slice(0, -1), `${flags.at(-1)}=${word}`];
  }, []);
  const better = joined
    .map((flag) => (/[\s'"]/.test(flag) ? (flag.includes("'") ? `"${flag}"` : `'${flag}'`) : flag))
    .join(" ");
  const isSure = meant !== undefined && better !== "" && goflagsRefusal(better) === undefined;
  return [
    {
      at: variable.value,
      severity: "error",
      message: `The build fails: go says ${quotation(refusal)}. In GOFLAGS quotes stand around a whole flag, as in \`'-ldflags=-X main.V=1'\`.${isSure ? " The fix writes it so." : ""}`,
      ...(isSure && {
        fix: {
          title: "Write GOFLAGS as go takes it",
          changes: [{ do: "replace", node: variable.value, value: better }],
        },
      }),
    },
  ];
}

/** The first word that go did not take. */
function placeOf({ flags, words, refusal }: BuildFlags): number {
  const last = flags.at(-1);
  if (!last) return 0;
  const isValue = refusal?.startsWith("invalid value") || refusal?.includes("-X flag") || refusal?.startsWith("link ");
  return isValue ? last.index + last.count - 1 : Math.min(last.index + last.count, words.length - 1);
}
