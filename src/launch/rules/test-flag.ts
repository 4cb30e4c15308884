/** L6: A flag of go test that the test binary knows only as -test.NAME. */
import type { Change } from "../change.js";
import { addWords, modeOf, removeAttribute, withoutFlags } from "../configuration.js";
import type { Attribute } from "../document.js";
import { flagsIn, rawWords, splitWords } from "../flags.js";
import type { Problem, Rule } from "../rule.js";
import { goTestFlagsIn, TEST_FLAGS, type TestArgument } from "../test-args.js";

/** Those of them that make no sense for go build, wherever they stand. */
const NEVER_BUILD = TEST_FLAGS.filter((name) => !["v", "cpu", "trace", "list"].includes(name));

export const testFlag: Rule = {
  id: "test-flag",
  about: "A flag of go test that the test binary knows only as -test.NAME",
  configuration(configuration) {
    if (configuration.request !== "launch" || modeOf(configuration) !== "test") return [];
    const args = configuration.byName.get("args");
    const inBuild = flagsIn(configuration.byName.get("buildFlags")).filter((use) => NEVER_BUILD.includes(use.name));
    return [
      ...(args ? goTestFlagsIn(wordsOf(args)).map((use) => inArgs(args, use)) : []),
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

function inArgs(args: Attribute, use: TestArgument): Problem {
  const at = args.value.type === "array" ? (args.value.children ?? [])[use.index] : args.value;
  if (use.name === "args") {
    return {
      at,
      severity: "error",
      message: `\`${use.text}\` is a flag of the go command; dlv runs the test binary itself, which stops with "flag provided but not defined: -args". What follows it reaches the tests without it: the fix takes it out.`,
      fix: { title: `Remove ${use.text}`, changes: rewritten(args, use.index, undefined) },
    };
  }
  return {
    at,
    severity: "error",
    message: `\`${use.text}\` is a flag of go test, but dlv runs the test binary itself, which stops with "flag provided but not defined: -${use.name}". The fix writes \`-test.${use.name}\`, which is what go test makes of it.`,
    fix: {
      title: `Write -test.${use.name}`,
      changes: rewritten(args, use.index, (word) => word.replace(/^(["']?)--?/, "$1-test.")),
    },
  };
}

/** The words that golang.go makes of a string (extension/src/utils/argsUtil.ts, parseArgsString), or the list as it is. */
function wordsOf({ value }: Attribute): string[] {
  if (value.type === "string") return splitWords(String(value.value));
  return (value.children ?? []).map((node) => String(node.value ?? ""));
}

/** Changes one word, or takes it out. */
function rewritten(args: Attribute, index: number, better: ((word: string) => string) | undefined): Change[] {
  const { value } = args;
  if (value.type === "array") {
    const node = (value.children ?? [])[index];
    if (better) return [{ do: "replace", node, value: better(String(node.value)) }];
    return value.children?.length === 1 ? [removeAttribute(args)] : [{ do: "remove", member: node }];
  }
  const words = rawWords(String(value.value)).flatMap((word, i) =>
    i !== index ? [word] : better ? [better(word)] : [],
  );
  return words.length === 0 ? [removeAttribute(args)] : [{ do: "replace", node: value, value: words.join(" ") }];
}
