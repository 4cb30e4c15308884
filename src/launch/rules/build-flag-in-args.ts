/** `-race` and its like in `args`: the program gets them, the build does not. */
import { addWords, buildsProgram, flagUses, modeOf, withoutFlags } from "../configuration.js";
import { flagsIn } from "../flags.js";
import type { Rule } from "../rule.js";

const SWITCHES = ["race", "cover", "msan", "asan"];
/** A test binary takes none of these as its own. */
const IN_TESTS = [...SWITCHES, "covermode", "coverpkg", "tags", "ldflags", "mod", "modfile"];

export const buildFlagInArgs: Rule = {
  id: "build-flag-in-args",
  about: "A flag of go build among the arguments of the program",
  configuration(configuration) {
    if (!buildsProgram(configuration)) return [];
    const isTest = modeOf(configuration) === "test";
    const names = isTest ? IN_TESTS : SWITCHES;
    const present = flagsIn(configuration.byName.get("buildFlags")).map(({ name }) => name);
    return flagUses(configuration, (name) => names.includes(name))
      .filter(({ attribute }) => attribute.name === "args")
      .map((use) => {
        const flag = `-${use.name}${use.value === undefined ? "" : `=${use.value}`}`;
        return {
          at: use.nodes[0],
          severity: isTest ? "error" : "warning",
          message: `\`-${use.name}\` is a flag of go build, and \`args\` goes to your program: it is built without, and ${isTest ? 'the test binary stops with "flag provided but not defined"' : "your program gets a word that it may not know"}. The fix moves it to \`buildFlags\`.`,
          fix: {
            title: `Move -${use.name} to buildFlags`,
            changes: [
              ...withoutFlags([use]),
              ...(present.includes(use.name) ? [] : addWords(configuration, "buildFlags", [flag])),
            ],
          },
        };
      });
  },
};
