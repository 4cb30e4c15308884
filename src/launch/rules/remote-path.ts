/** RemotePath, which only the legacy adapter reads. */
import type { Change } from "../change.js";
import { modeOf, removeAttribute, setAttribute, usesLegacyAdapter } from "../configuration.js";
import { type Configuration, elementsAt, membersOf, stringAt } from "../document.js";
import type { Facts, Rule } from "../rule.js";

/**
 * The legacy adapter (golang.go, extension/src/debugAdapter/goDebug.ts, initLaunchAttachRequest) maps its own local
 * root to `remotePath`, before all of `substitutePath`: with attach that is `cwd` (by default the workspace folder,
 * goDebugConfiguration.ts, resolveDebugConfiguration), with launch it is `program`. For mode remote golang.go takes
 * dlv-dap where `dlv substitute-path-guess-helper` is there (dlv 1.24), and dlv does not read the attribute.
 */
export const remotePath: Rule = {
  id: "remote-path",
  about: "remotePath, which only the legacy adapter reads",
  configuration(configuration, facts) {
    const attribute = configuration.byName.get("remotePath");
    if (!attribute || usesLegacyAdapter(configuration, facts)) return [];
    const to = withoutSlash(stringAt(configuration, "remotePath") ?? "");
    const from = localRoot(configuration);
    const why = needless(configuration, from, to, facts);
    const mappings = configuration.byName.get("substitutePath");
    const mapping = { from, to };
    const add: Change[] =
      why !== undefined
        ? []
        : mappings?.value.type === "array"
          ? [{ do: "append", to: mappings.value, value: mapping }]
          : [setAttribute(configuration, "substitutePath", [mapping])];
    return [
      {
        at: attribute.key,
        severity: "warning",
        isHarmless: why !== undefined,
        message:
          why === undefined
            ? `dlv-dap ignores \`remotePath\`. The legacy adapter mapped \`${from}\` to it: the fix writes that as \`substitutePath\`.`
            : `dlv-dap ignores \`remotePath\`, and ${why}: the fix takes it out.`,
        fix: {
          title: why === undefined ? "Write substitutePath instead" : "Remove remotePath",
          changes: [removeAttribute(attribute), ...add],
        },
      },
    ];
  },
};

function isAttach(configuration: Configuration): boolean {
  return configuration.request === "attach";
}

function localRoot(configuration: Configuration): string {
  const root = isAttach(configuration)
    ? stringAt(configuration, "cwd")
    : stringAt(configuration, "program")?.replace(/[\\/][^\\/]*\.go$/, "");
  return withoutSlash(root || "${workspaceFolder}");
}

/** Why no mapping is written, as a clause; undefined where one is. */
function needless(configuration: Configuration, from: string, to: string, facts: Facts): string | undefined {
  if (to === "") return "it names no folder";
  if (!isAttach(configuration) && modeOf(configuration) !== "remote")
    return "the program is built where it is debugged";
  const paths = [from, to].map((path) => plain(path, facts));
  const root = plain("${workspaceFolder}", facts);
  if (paths[0] === paths[1]) return "both folders are the same";
  if (isWithin(paths[1], root) || isWithin(root, paths[1]))
    return "it lies where the sources of this machine do, so breakpoints bind without it";
  const isMapped = elementsAt(configuration, "substitutePath").some((element) => {
    const mapping = membersOf(element);
    const mapped = stringAt(mapping, "from");
    const target = stringAt(mapping, "to");
    if (mapped === undefined || target === undefined) return false;
    return isWithin(paths[0], plain(mapped, facts)) || plain(target, facts) === paths[1];
  });
  return isMapped ? "`substitutePath` already maps the folder" : undefined;
}

function plain(path: string, { folder }: Facts): string {
  const filled = path
    .replace(/\$\{(?:workspaceRoot|fileWorkspaceFolder)\}/g, "${workspaceFolder}")
    .replaceAll("${workspaceFolder}", () => folder ?? "${workspaceFolder}");
  return withoutSlash(filled.replaceAll("\\", "/").replace(/\/\.(?=\/|$)/g, ""));
}

const isWithin = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const withoutSlash = (path: string) => (/^[\\/]+$/.test(path) ? path.charAt(0) : path.replace(/[\\/]+$/, ""));
