/**
 * The directives of go.mod and go.work that say where modules come from. What cannot be read is left out: go itself
 * tells about mistakes in these files.
 */
import type { Replacement } from "./facts.js";

export function moduleOf(goMod: string): string | undefined {
  return directives(goMod).find(([name]) => name === "module")?.[1];
}

/** The `go` line: the oldest Go that may build it. */
export function goOf(text: string): string | undefined {
  return directives(text).find(([name]) => name === "go")?.[1];
}

/** The folders that a go.work uses, as written. */
export function usesOf(goWork: string): string[] {
  return directives(goWork).flatMap(([name, folder]) => (name === "use" && folder ? [folder] : []));
}

/** `replace module [version] => target [version]`; targets as written. */
export function replacesOf(text: string): Replacement[] {
  return directives(text).flatMap(([name, module, ...rest]) => {
    const arrow = rest.indexOf("=>");
    const target = arrow < 0 ? undefined : rest.at(arrow + 1);
    if (name !== "replace" || !module || target === undefined) return [];
    return [{ module, version: arrow > 0 ? rest[0] : undefined, target }];
  });
}

/** The modules of vendor/modules.txt. */
export function vendoredOf(modulesText: string): string[] {
  return [...modulesText.matchAll(/^# (\S+)/gm)].map(([, module]) => module);
}

/** Each directive as its words, blocks unfolded: `use ( ./a )` is ["use", "./a"]. */
function directives(text: string): string[][] {
  const found: string[][] = [];
  let block: string | undefined;
  for (const line of text.replace(/^\uFEFF/, "").split("\n")) {
    const words = wordsOf(line);
    if (words.length === 0) continue;
    if (words[0] === ")") block = undefined;
    else if (block !== undefined) found.push([block, ...words]);
    else if (words[1] === "(") block = words[0];
    else found.push(words);
  }
  return found;
}

function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`|\/\/.*|[()]|[^\s"`()]+/g)) {
    if (word.startsWith("//")) break;
    words.push(word.replace(/^["`](.*)["`]$/, "$1"));
  }
  return words;
}
