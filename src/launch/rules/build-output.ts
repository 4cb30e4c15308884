/** -o among the build flags, where dlv has one of its own. */
import { buildFlagsOf, writeBuildFlags } from "../go/build-flags.js";
import { setAttribute } from "../configuration.js";
import type { Rule } from "../rule.js";

/**
 * dlv puts `-o` with its own path before the flags of a string, so that yours wins and dlv finds no binary, and after
 * those of a list, so that yours is lost (pkg/gobuild/gobuild.go, goBuildArgs and goBuildArgs2).
 */
export const buildOutput: Rule = {
  id: "build-output",
  about: "-o among the build flags",
  configuration(configuration, facts) {
    const read = buildFlagsOf(configuration, facts);
    const use = read?.flags.find(({ name }) => name === "o");
    if (!read || !use?.value || read.refusal !== undefined) return [];
    const rest = read.words.filter((_, i) => i < use.index || i >= use.index + use.count).map(({ text }) => text);
    const isFree = !configuration.byName.has("output");
    return [
      {
        at: read.nodes[use.index],
        severity: read.isList ? "warning" : "error",
        message: `${read.isList ? "dlv's own `-o` comes after yours and wins" : 'The program is written where `-o` says, and dlv looks for it in its own place and stops with "no such file or directory"'}. The fix ${isFree ? "writes the attribute `output`, which does that" : "takes it out, since `output` is there"}.`,
        fix: {
          title: isFree ? "Write output instead" : "Remove -o",
          changes: [
            ...writeBuildFlags(read, rest),
            ...(isFree ? [setAttribute(configuration, "output", use.value)] : []),
          ],
        },
      },
    ];
  },
};
