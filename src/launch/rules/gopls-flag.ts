/** A flag with which gopls does not start. */
import { withoutFlags } from "../configuration.js";
import { SERVER_FLAGS, setGopls } from "../gopls.js";
import type { Change } from "../change.js";
import { olderThan } from "../dlv-version.js";
import { type FlagUse, flagsIn } from "../flags.js";
import { bytesOf } from "../memory-size.js";
import type { Problem, Rule } from "../rule.js";

/** Flags that keep gopls from starting, and what was meant. */
const INVENTED: Readonly<Record<string, string>> = {
  memlimit: "a memory limit",
  "memory-limit": "a memory limit",
  "no-type-checking": "less work; gopls cannot run without type checking",
  "skip-mod-download": "no downloads; the environment variable GOSERVER_FLAGS=-mod=mod or GOPROXY=off governs them",
};

export const goplsFlag: Rule = {
  id: "gopls-flag",
  about: "A flag with which gopls does not start",
  settings(settings, facts) {
    return flagsIn(settings.byName.get(SERVER_FLAGS)).flatMap((use): Problem[] => {
      if (use.name === "listen" && (use.value ?? "") === "" && nextWord(use) === undefined) {
        return [
          {
            at: use.nodes[0],
            severity: "error",
            message:
              '`-listen` needs an address: gopls exits ("flag needs an argument"), and no language feature works. The editor talks to gopls without it: the fix takes it out.',
            fix: { title: "Remove -listen", changes: withoutFlags([use]) },
          },
        ];
      }
      if (!Object.hasOwn(INVENTED, use.name)) return [];
      const limit = use.name.startsWith("mem") ? bytesOf(use.value ?? nextWord(use) ?? "") : undefined;
      const settable = limit !== undefined && !(facts.gopls && olderThan(facts.gopls.version, "0.24.0"));
      return [
        {
          at: use.nodes[0],
          severity: "error",
          message: `gopls has no flag \`-${use.name}\`: it exits with "flag provided but not defined", and no language feature works. You wanted ${INVENTED[use.name]}: ${settable ? `the fix writes the setting \`memoryLimit\` (${limit} bytes), which gopls reads since 0.24` : "the fix takes it out"}.`,
          fix: {
            title: settable ? "Write the setting memoryLimit instead" : `Remove -${use.name}`,
            changes: [...gone(use), ...(settable ? setGopls(settings, "memoryLimit", limit) : [])],
          },
        },
      ];
    });
  },
};

/** `["-memlimit", "2G"]` */
function nextWord(use: FlagUse): string | undefined {
  const list = use.attribute.value.children ?? [];
  const next = list.at(list.indexOf(use.nodes[0]) + 1);
  const text = next && next !== list[0] && next.type === "string" ? String(next.value) : "-";
  return text.startsWith("-") ? undefined : text;
}

function gone(use: FlagUse): Change[] {
  const list = use.attribute.value.children ?? [];
  const next =
    use.value === undefined && nextWord(use) !== undefined ? list[list.indexOf(use.nodes[0]) + 1] : undefined;
  return withoutFlags([next ? { ...use, nodes: [use.nodes[0], next] } : use]);
}
