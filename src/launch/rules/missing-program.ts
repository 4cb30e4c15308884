/** A mode without what it works on. */
import { modeOf, setAttribute } from "../configuration.js";
import type { Problem, Rule } from "../rule.js";

/** What each mode cannot do without, and what to write where that can be known. */
const NEEDED: Readonly<Record<string, { readonly name: string; readonly usual?: string }>> = {
  auto: { name: "program", usual: "${workspaceFolder}" },
  debug: { name: "program", usual: "${workspaceFolder}" },
  test: { name: "program", usual: "${workspaceFolder}" },
  exec: { name: "program" },
  core: { name: "program" },
  replay: { name: "traceDirPath" },
};

export const missingProgram: Rule = {
  id: "missing-program",
  about: "A mode without what it works on",
  configuration(configuration) {
    if (configuration.request !== "launch") return [];
    const mode = modeOf(configuration);
    const needed = Object.hasOwn(NEEDED, mode) ? NEEDED[mode] : undefined;
    const names = needed ? [needed.name, ...(mode === "core" ? ["coreFilePath"] : [])] : [];
    return names.flatMap((name): Problem[] => {
      const attribute = configuration.byName.get(name);
      if (attribute && !(attribute.value.type === "string" && attribute.value.value === "")) return [];
      const usual = name === needed?.name ? needed.usual : undefined;
      return [
        {
          at: attribute?.value ?? configuration.byName.get("name")?.value ?? configuration.node,
          severity: "error",
          message: `Mode \`${mode}\` needs \`${name}\`: without it the start fails. ${usual ? `The fix writes \`${usual}\`, the package in the opened folder.` : name === "program" ? "Write the path of the built binary." : `Write the path of the ${mode === "core" ? "core dump" : "recording"}.`}`,
          ...(usual && { fix: { title: `Add ${name}`, changes: [setAttribute(configuration, name, usual)] } }),
        },
      ];
    });
  },
};
