/** A flag that dlv dap accepts and ignores. */
import { addWords, setAttribute, startsDlv, takesAttribute, withoutFlags } from "../configuration.js";
import type { Change } from "../change.js";
import { FLAGS, dapTakes, flagsIn } from "../flags.js";
import type { Problem, Rule } from "../rule.js";

const HEADLESS = ["headless", "accept-multiclient", "api-version", "listen"];

export const flagWithoutEffect: Rule = {
  id: "flag-without-effect",
  about: "A flag that dlv dap accepts and ignores",
  configuration(configuration, facts) {
    if (!startsDlv(configuration)) return [];
    return flagsIn(configuration.byName.get("dlvFlags")).flatMap((use): Problem[] => {
      const fact = Object.hasOwn(FLAGS, use.name) ? FLAGS[use.name] : undefined;
      if (use.dashes !== 2 || !fact || !dapTakes(facts, use.name)) return [];
      if (fact.underDap !== "ignored" && fact.underDap !== "overridden") return [];
      const attribute = configuration.type === "go" ? fact.attribute : undefined;
      const value = use.value ?? "";
      const changes: Change[] = withoutFlags([use]);
      let does = "the fix takes it out";
      let title = `Remove --${use.name}`;
      if (attribute && value !== "") {
        const target = moveTo(attribute, value);
        const moved = target && takesAttribute(configuration, target.attribute) ? target : undefined;
        if (moved && !configuration.byName.has(moved.attribute)) {
          changes.push(
            moved.attribute === "buildFlags"
              ? addWords(configuration, "buildFlags", [moved.value])[0]
              : setAttribute(configuration, moved.attribute, moved.value),
          );
          does = `the fix writes the attribute \`${moved.attribute}\`, which does that`;
          title = `Write ${moved.attribute} instead`;
        } else if (moved) does = `\`${moved.attribute}\` already says it, so the fix takes it out`;
      }
      const what =
        fact.underDap === "ignored"
          ? `\`dlv dap\` ignores \`--${use.name}\``
          : `golang.go puts its own \`--${use.name}\` after yours, and the last one wins`;
      const remote = HEADLESS.includes(use.name)
        ? " To join a program on another machine, start `dlv debug --headless --accept-multiclient --api-version=2 --listen=127.0.0.1:2345` there and attach with mode remote."
        : "";
      return [
        {
          at: use.nodes[0],
          severity: "warning",
          isHarmless: title === `Remove --${use.name}`,
          message: `${what}. The flag ${fact.effect}: ${does}.${remote}`,
          fix: { title, changes },
        },
      ];
    });
  },
  delveConfig: true,
};

function moveTo(attribute: string, value: string): { attribute: string; value: string } | undefined {
  if (attribute !== "stdinFrom") return { attribute, value };
  // --redirect source:path, where source is stdin, stdout or stderr and may be left out for stdin.
  const match = /^(?:(stdin|stdout|stderr):)?([^]+)$/.exec(value);
  if (!match) return undefined;
  const name = match[1] === "stdout" ? "stdoutTo" : match[1] === "stderr" ? "stderrTo" : "stdinFrom";
  return { attribute: name, value: match[2] };
}
