/** Path mappings that fail the launch or map nothing. */
import type { Node } from "jsonc-parser";
import type { Change } from "../change.js";
import { code, removeAttribute } from "../configuration.js";
import { type Members, membersOf, stringAt } from "../document.js";
import type { Problem, Rule } from "../rule.js";

const FROM = ["from", "local", "localRoot", "localPath"];

const TO = ["to", "remote", "remoteRoot", "remotePath"];

export const substitutePath: Rule = {
  id: "substitute-path",
  about: "Path mappings that fail the launch or map nothing",
  configuration(configuration, facts) {
    const attribute = configuration.byName.get("substitutePath");
    if (!attribute || attribute.value.type === "null") return [];
    const { value } = attribute;
    if (value.type !== "array") {
      const one = membersOf(value);
      const mapping = one && mappingOf(one);
      return [
        {
          at: value,
          severity: "error",
          message:
            "`substitutePath` must be a list of objects with `from` and `to`: dlv fails the launch with a type error. " +
            (mapping ? "The fix writes your mapping as a list." : "The fix takes it out."),
          fix: mapping
            ? { title: "Write a list", changes: [{ do: "replace", node: value, value: [mapping] }] }
            : { title: "Remove substitutePath", changes: [removeAttribute(attribute)] },
        },
      ];
    }
    const all = value.children ?? [];
    const gone = (member: Node): Change => (all.length === 1 ? removeAttribute(attribute) : { do: "remove", member });
    return all.flatMap((element): Problem[] => {
      const mapping = membersOf(element);
      const from = mapping && stringAt(mapping, "from");
      const to = mapping && stringAt(mapping, "to");
      if (from === undefined || to === undefined) {
        const meant = mapping && mappingOf(mapping);
        return [
          {
            at: element,
            severity: "error",
            message: `Every mapping needs \`from\` and \`to\`, both strings: dlv fails the launch ("'substitutePath' requires both 'from' and 'to' entries"). The fix ${meant ? `writes ${code(JSON.stringify(meant))}` : "takes this one out"}.`,
            fix: meant
              ? { title: "Write from and to", changes: [{ do: "replace", node: element, value: meant }] }
              : { title: "Remove the mapping", changes: [gone(element)] },
          },
        ];
      }
      const nothing = nothingMapped(from, to, facts.paths);
      if (nothing === undefined) return [];
      return [
        {
          at: element,
          severity: "warning",
          isHarmless: from === to,
          message: `This mapping maps nothing: ${nothing.why}. You wanted breakpoints in \`from\` (this machine) to reach sources that the program knows as \`to\`. ${nothing.remove ? "The fix takes it out." : "Write the absolute path of the folder."}`,
          ...(nothing.remove && { fix: { title: "Remove the mapping", changes: [gone(element)] } }),
        },
      ];
    });
  },
};

function mappingOf(members: Members): { from: string; to: string } | undefined {
  const from = FROM.map((name) => stringAt(members, name)).find((path) => path !== undefined);
  const to = TO.map((name) => stringAt(members, name)).find((path) => path !== undefined);
  return from === undefined || to === undefined ? undefined : { from, to };
}

function nothingMapped(
  from: string,
  to: string,
  paths: Readonly<Record<string, string>> | undefined,
): { readonly why: string; readonly remove: boolean } | undefined {
  if (from === to) return { why: "both sides are the same", remove: true };
  // An empty side is meant: it adds or takes away a prefix (-trimpath).
  if (from !== "" && !/^(?:[\\/]|[A-Za-z]:|\$\{)/.test(from))
    return { why: "`from` is no absolute path", remove: false };
  if (paths && Object.hasOwn(paths, from) && paths[from] === "missing")
    return { why: `\`${from}\` does not exist on this machine`, remove: false };
  return undefined;
}
