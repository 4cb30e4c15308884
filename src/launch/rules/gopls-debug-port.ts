/** A fixed debug port for gopls. */
import { code } from "../configuration.js";
import { flagsIn } from "../flags.js";
import { SERVER_FLAGS } from "../gopls.js";
import type { Rule } from "../rule.js";

export const goplsDebugPort: Rule = {
  id: "gopls-debug-port",
  about: "A fixed debug port for gopls",
  settings(settings) {
    return flagsIn(settings.byName.get(SERVER_FLAGS))
      .filter(({ name, value }) => name === "debug" && /:[1-9]\d*$/.test(value ?? ""))
      .map((use) => ({
        at: use.nodes[0],
        severity: "information",
        message: `If the port of ${code(use.text)} is taken (a second window is enough), gopls starts without its debug pages and says nothing. \`-debug=localhost:0\` takes a free one.`,
        alternatives: [
          {
            title: "Write -debug=localhost:0",
            changes:
              use.attribute.value.type === "array"
                ? [{ do: "replace", node: use.nodes[0], value: "-debug=localhost:0" }]
                : [],
          },
        ],
      }));
  },
};
