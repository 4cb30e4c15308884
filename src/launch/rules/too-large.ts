/** A file that is larger than configurations can be. */
import { MAX_CHARS, MAX_VALUES } from "../document.js";
import type { Rule } from "../rule.js";

export const tooLarge: Rule = {
  id: "too-large",
  about: "A file that is larger than configurations can be",
  document({ readTo }) {
    if (readTo === undefined) return [];
    return [
      {
        at: { type: "null", offset: 0, length: 0 },
        severity: "warning",
        message: `This file has more than ${MAX_VALUES.toLocaleString("en-US")} values or ${MAX_CHARS.toLocaleString("en-US")} characters in them, which no file has that people write: only its first ${readTo.toLocaleString("en-US")} characters were checked. Check a smaller one.`,
      },
    ];
  },
};
