/** A flag of go test that the test binary knows only as -test.NAME. */
import { type BuildFlags, buildFlagsOf, writeBuildFlags } from "../go/build-flags.js";
import type { Change } from "../change.js";
import { addWords, modeOf, removeAttribute } from "../configuration.js";
import type { Attribute, Configuration } from "../document.js";
import { rawWords, splitWords } from "../flags.js";
import type { GoFlag } from "../go/go-flags.js";
import type { Problem, Rule } from "../rule.js";
import { goTestFlagsIn, TEST_FLAGS, type TestArgument } from "../go/test-args.js";

/** Those of them that make no sense for go build, wherever they stand. */
const NEVER_BUILD = TEST_FLAGS.filter((name) => !["v", "cpu", "trace", "list"].includes(name));

export const testFlag: Rule = {
  id: "test-flag",
  about: "A flag of go test that the test binary knows only as -test.NAME",
  configuration(configuration, facts) {
    if (configuration.request !== "launch" || modeOf(configuration) !== "test") return [];
    const args = configuration.byName.get("args");
    const build = buildFlagsOf(configuration, facts);
    const inBuild = build?.flags.filter(({ name }) => NEVER_BUILD.includes(name)) ?? [];
    return [
      ...(args ? goTestFlagsIn(wordsOf(args)).map((use) => inArgs(args, use)) : []),
      ...inBuild.flatMap((use) => (build ? [toArgs(configuration, build, use)] : [])),
    ];
  },
};

function toArgs(configuration: Configuration, build: BuildFlags, { name, value, index, count }: GoFlag): Problem {
  const written = build.words.slice(index, index + count).map(({ text }) => text);
  const rest = build.words.filter((_, i) => i < index || i >= index + count).map(({ text }) => text);
  const flag = `-test.${name}${value === undefined ? "" : `=${value}`}`;
  return {
    at: build.nodes[index],
    severity: "warning",
    message: `\`buildFlags\` goes to \`go test -c\`, which builds and does not run: \`${written.join(" ")}\` has no effect there. The fix moves it to \`args\` as \`-test.${name}\`.`,
    fix: {
      title: `Move it to args as -test.${name}`,
      changes: [...writeBuildFlags(build, rest), ...addWords(configuration, "args", [flag])],
    },
  };
}

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
