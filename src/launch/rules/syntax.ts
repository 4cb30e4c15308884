/** Text that is no JSON. */
import type { Rule } from "../rule.js";

export const syntax: Rule = {
  id: "syntax",
  about: "Text that is no JSON",
  document(document) {
    // The first error is the author's; the others mostly follow from it.
    const [first] = document.problems;
    if (!first || first.offset >= (document.readTo ?? Infinity)) return [];
    return [
      {
        at: { type: "null", offset: first.offset, length: first.length },
        severity: "error",
        message: `This is no valid JSON (${words(first.code)}): VS Code reads the rest as well as it can, or not at all. Nothing is changed here without you.`,
      },
    ];
  },
};

function words(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
