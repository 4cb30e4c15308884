/** `~`, which only a shell knows. */
import type { Node } from "jsonc-parser";
import { isElsewhere, usesLegacyAdapter } from "../configuration.js";
import { type Configuration, elementsAt, membersOf } from "../document.js";
import type { Rule } from "../rule.js";

/**
 * golang.go fills `~` in for `cwd` alone (extension/src/goDebugConfiguration.ts, resolveDebugConfiguration, with
 * utils/pathUtils.ts, resolveHomeDir); the legacy adapter does for `program` too. In any other path it is a folder of
 * that name in the workspace.
 */
export const homeFolder: Rule = {
  id: "home-folder",
  about: "~, which only a shell knows",
  configuration(configuration, facts) {
    return placesOf(configuration, usesLegacyAdapter(configuration, facts)).flatMap(({ name, node, fails }) => {
      const path = String(node.value ?? "");
      if (!/^~(?:[\\/]|$)/.test(path)) return [];
      const meant = "${userHome}" + path.slice(1);
      return [
        {
          at: node,
          severity: fails ? "error" : "warning",
          message: `No shell fills in \`~\` here: \`${name}\` names a folder called "~"${fails ? ", and the start fails" : ""}. The fix writes \`\${userHome}\`, which VS Code fills in.`,
          fix: { title: `Write ${meant}`, changes: [{ do: "replace", node, value: meant }] },
        },
      ];
    });
  },
};

interface Place {
  readonly name: string;
  readonly node: Node;
  readonly fails: boolean;
}

function placesOf(configuration: Configuration, isLegacy: boolean): Place[] {
  const isLaunch = configuration.request === "launch";
  // Elsewhere dlv would not know the home of this machine.
  const fails = isLaunch && !isElsewhere(configuration);
  const names = isLaunch
    ? [...(isLegacy || !fails ? [] : ["program"]), "envFile", "output", "stdinFrom", "stdoutTo", "stderrTo"]
    : [];
  const single = [...names, "coreFilePath", "traceDirPath", "logDest"].flatMap((name): Place[] => {
    const value = configuration.byName.get(name)?.value;
    return value?.type === "string" ? [{ name, node: value, fails: fails && name !== "logDest" }] : [];
  });
  const listed = elementsAt(configuration, "envFile").map((node) => ({ name: "envFile", node, fails: true }));
  const mapped = elementsAt(configuration, "substitutePath").flatMap((element): Place[] => {
    const from = membersOf(element)?.byName.get("from")?.value;
    return from ? [{ name: "from", node: from, fails: false }] : [];
  });
  return [...single, ...listed, ...mapped];
}
