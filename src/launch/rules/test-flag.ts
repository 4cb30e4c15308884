/** L6: A flag of go test that the test binary knows only as -test.NAME. */
import type { Change } from "../change.js";
import { addWords, modeOf, withoutFlags } from "../configuration.js";
import { type FlagUse, flagsIn } from "../flags.js";
import type { Problem, Rule } from "../rule.js";

const TEST_FLAGS = (
  "bench benchmem benchtime blockprofile blockprofilerate count coverprofile cpu cpuprofile failfast fullpath fuzz " +
  "fuzztime list memprofile memprofilerate mutexprofile mutexprofilefraction outputdir parallel run short shuffle " +
  "skip timeout trace v"
).split(" ");

/** Those of them that make no sense for go build, wherever they stand. */
const NEVER_BUILD = TEST_FLAGS.filter((name) => !["v", "cpu", "trace", "list"].includes(name));

export const testFlag: Rule = {
  id: "test-flag",
  about: "A flag of go test that the test binary knows only as -test.NAME",
  configuration(configuration) {
    if (configuration.request !== "launch" || modeOf(configuration) !== "test") return [];
    const args = configuration.byName.get("args");
    const inArgs = flagsIn(args).filter((use) => TEST_FLAGS.includes(use.name));
    const inBuild = flagsIn(configuration.byName.get("buildFlags")).filter((use) => NEVER_BUILD.includes(use.name));
    return [
      ...inArgs.map((use): Problem => ({
        at: use.nodes[0],
        severity: "error",
        message: `\`${use.text}\` is a flag of go test, but dlv runs the test binary itself, which stops with "flag provided but not defined". The fix writes \`-test.${use.name}\`, which is what go test makes of it.`,
        fix: { title: `Write -test.${use.name}`, changes: prefixed(use) },
      })),
      ...inBuild.map((use): Problem => ({
        at: use.nodes[0],
        severity: "warning",
        message: `\`buildFlags\` goes to \`go test -c\`, which builds and does not run: \`${use.text}\` has no effect there. The fix moves it to \`args\` as \`-test.${use.name}\`.`,
        fix: {
          title: `Move it to args as -test.${use.name}`,
          changes: [
            ...withoutFlags([use]),
            ...addWords(configuration, "args", [`-test.${use.name}${use.value === undefined ? "" : `=${use.value}`}`]),
          ],
        },
      })),
    ];
  },
};

function prefixed(use: FlagUse): Change[] {
  const { value } = use.attribute;
  const text = `-test.${use.name}${use.value === undefined ? "" : `=${use.value}`}`;
  if (value.type === "array") return [{ do: "replace", node: use.nodes[0], value: text }];
  const words = String(value.value);
  const at = new RegExp(`(^|\\s)--?${use.name}(?=$|[\\s=])`);
  return [{ do: "replace", node: value, value: words.replace(at, `$1-test.${use.name}`) }];
}
