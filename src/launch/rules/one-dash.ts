/** A long flag with one dash, which dlv takes for shorthands. */
import type { Change } from "../change.js";
import { startsDlv, withoutFlags } from "../configuration.js";
import { FLAGS, dapTakes, flagsIn } from "../flags.js";
import { nearest } from "../nearest.js";
import type { Problem, Rule } from "../rule.js";

export const oneDash: Rule = {
  id: "one-dash",
  about: "A long flag with one dash, which dlv takes for shorthands",
  configuration(configuration, facts) {
    if (!startsDlv(configuration)) return [];
    return flagsIn(configuration.byName.get("dlvFlags")).flatMap((use): Problem[] => {
      if (use.dashes !== 1 || use.name.length === 1) return [];
      const name = dapTakes(facts, use.name) ? use.name : nearest(use.name, Object.keys(FLAGS));
      const meant = name && `--${name}${use.value === undefined ? "" : `=${use.value.trim()}`}`;
      // -l takes the rest as an address, and golang.go's own --listen comes later and wins.
      const listens = use.name.startsWith("l");
      const happens = listens
        ? `as \`-l ${use.name.slice(1)}\`, an address to listen on that golang.go then overrides: it has no effect`
        : use.name.startsWith("h")
          ? "as `-h`, prints its help and exits, so the start fails"
          : "for shorthands that it does not know, and exits before it listens, so the start fails";
      const changes: Change[] = meant
        ? [
            { do: "replace", node: use.nodes[0], value: meant },
            ...use.nodes.slice(1).map((member): Change => ({ do: "remove", member })),
          ]
        : withoutFlags([use]);
      return [
        {
          at: use.nodes[0],
          severity: listens ? "warning" : "error",
          message: `dlv's long flags have two dashes; it takes \`${use.text}\` ${happens}. The fix ${meant ? `writes \`${meant}\`` : "takes it out"}.`,
          fix: { title: meant ? `Write ${meant}` : `Remove ${use.text}`, changes },
        },
      ];
    });
  },
  delveConfig: true,
};
