/** Flags of dlv in `args`, which goes to the program, or in `buildFlags`, which goes to go build. */
import { addWords, destinationOf, flagUses, withoutFlags } from "../configuration.js";
import { FLAGS } from "../flags.js";
import type { Rule } from "../rule.js";

/** Names that no other program is likely to use. */
const UNMISTAKABLE = ["accept-multiclient", "only-same-user", "check-go-version", "log-dest", "disable-aslr"];
/** In buildFlags go build refuses all of them. */
const NOT_FOR_BUILD = [...UNMISTAKABLE, "headless", "api-version", "listen", "log", "log-output", "wd", "init"];

export const dlvFlagInArgs: Rule = {
  id: "dlv-flag-in-args",
  about: "A flag of dlv among the arguments of the program",
  configuration(configuration) {
    const uses = flagUses(configuration, (name) => NOT_FOR_BUILD.includes(name));
    const astray = uses.filter(({ attribute, name, dashes }) =>
      attribute.name === "args" ? UNMISTAKABLE.includes(name) : attribute.name === "buildFlags" && dashes === 2,
    );
    return astray.map((use) => {
      const works = FLAGS[use.name].underDap === "works";
      const flag = `--${use.name}${use.value === undefined ? "" : `=${use.value}`}`;
      const there = uses.some(({ name, attribute }) => name === use.name && attribute.name === "dlvFlags");
      return {
        at: use.nodes[0],
        severity: use.attribute.name === "buildFlags" ? "error" : "warning",
        message: `\`--${use.name}\` is a flag of dlv, and ${destinationOf(use.attribute.name)}. You wanted dlv to have it: ${works ? "the fix moves it to `dlvFlags`" : "`dlv dap` ignores it, so the fix takes it out"}.`,
        fix: {
          title: works ? `Move --${use.name} to dlvFlags` : `Remove --${use.name}`,
          changes: [...withoutFlags([use]), ...(works && !there ? addWords(configuration, "dlvFlags", [flag]) : [])],
        },
      };
    });
  },
};
