/** -trimpath, with which breakpoints do not find their files. */
import { buildFlagsOf, writeBuildFlags } from "../go/build-flags.js";
import { isBoolean } from "../go/go-flags.js";
import type { Rule } from "../rule.js";

export const trimpath: Rule = {
  id: "trimpath",
  about: "-trimpath, with which breakpoints do not find their files",
  configuration(configuration, facts) {
    if (configuration.byName.has("substitutePath")) return [];
    const read = buildFlagsOf(configuration, facts);
    return (read?.flags ?? [])
      .filter(({ name, value = "true" }) => name === "trimpath" && isBoolean(value) && /^[1tT]/.test(value))
      .map(({ index }) => ({
        at: read!.nodes[index],
        severity: "warning",
        message:
          "With `-trimpath` the program does not know where its sources are: breakpoints in the editor do not bind unless `substitutePath` maps them back. The fix takes it out.",
        fix: {
          title: "Remove -trimpath",
          changes: writeBuildFlags(
            read!,
            read!.words.filter((_, i) => i !== index).map(({ text }) => text),
          ),
        },
      }));
  },
};
