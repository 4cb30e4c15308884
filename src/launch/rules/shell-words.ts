/** Words in `args` that only a shell understands. */
import { type Node, getNodeValue } from "jsonc-parser";
import type { Json } from "../change.js";
import { code, hasVariable } from "../configuration.js";
import { elementsAt, stringAt } from "../document.js";
import { splitWords } from "../flags.js";
import type { Problem, Rule } from "../rule.js";

/**
 * dlv starts the program itself, without a shell: redirections, pipes and the like arrive as words. A string is split
 * at blanks and quotes by golang.go (extension/src/utils/argsUtil.ts, parseArgsString), a list not at all.
 */
export const shellWords: Rule = {
  id: "shell-words",
  about: "Words in args that only a shell understands",
  configuration(configuration) {
    if (configuration.request !== "launch") return [];
    const text = stringAt(configuration, "args");
    const attribute = configuration.byName.get("args");
    const nodes = text === undefined ? elementsAt(configuration, "args").filter(({ type }) => type === "string") : [];
    const words = text === undefined ? nodes.map((node) => String(node.value)) : splitWords(text);
    const problems: Problem[] = [];
    for (const [i, word] of words.entries()) {
      const at = nodes.at(i) ?? attribute?.value;
      // What follows a flag may be its value, whatever it looks like.
      const mayBeValue = /^--?[\w.-]+$/.test(words[i - 1] ?? "");
      if (!at || mayBeValue) continue;
      if (isRedirection(word)) {
        problems.push({
          at,
          severity: "warning",
          message: `No shell reads \`args\`: your program gets the word ${code(word)} itself. ${word.startsWith("<") ? "For standard input, dlv has `stdinFrom`." : /^(?:&|\d)?>/.test(word) ? "For its output, dlv has `stdoutTo` and `stderrTo`." : "To run several commands, use a preLaunchTask."}`,
        });
      } else if (text === undefined && isGlued(word)) problems.push(glued(at, word));
    }
    return problems;
  },
};

function isRedirection(word: string): boolean {
  return /^(?:\d?>&\d|[&\d]?>>?|<|\|\|?|&&)$/.test(word) || /^(?:[&12]?>>?)[\w./~-]+$/.test(word);
}

/** `-config app.yaml` as one element: a flag and its value, of which the program sees one word. */
function isGlued(word: string): boolean {
  return /^--?[A-Za-z][\w.-]+ +\S/.test(word) && !hasVariable(word.slice(0, word.indexOf(" ")));
}

const MAX_REWRITTEN = 1000;

function glued(at: Node, word: string): Problem {
  const words = splitWords(word);
  const list = at.parent;
  const elements = list?.children ?? [];
  // The fix writes the list anew, for each such element: in a list of thousands that is more text than the file.
  const fixable = list && elements.length <= MAX_REWRITTEN;
  const all = fixable ? elements.flatMap((node) => (node === at ? words : [getNodeValue(node) as Json])) : [];
  return {
    at,
    severity: "warning",
    message: `Each element of \`args\` is one word: your program gets ${code(word)}, blank included, and knows no such flag. ${fixable ? "The fix makes" : "Make"} ${words.length === 2 ? "two elements" : `${words.length} elements`} of it.`,
    ...(fixable && { fix: { title: "Split it", changes: [{ do: "replace", node: list, value: all }] } }),
  };
}
