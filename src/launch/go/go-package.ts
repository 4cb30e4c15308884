/**
 * What `go build` would make of a folder or of one file in it, judged by the text of its Go files alone.
 *
 * A fact is stated only where the text leaves no doubt: files that a build constraint may leave out
 * (`//go:build`, `_windows.go`) count for nothing, and nothing is said where only such files decide.
 */
import type { PackageFact } from "../facts.js";

export interface GoFile {
  /** Without folders. */
  readonly name: string;
  readonly text: string;
}

/** Of a folder; with `file`, of that one file in it. */
export function packageFact(files: readonly GoFile[], file?: string): PackageFact | undefined {
  const hasTests = files.some(({ name }) => isTest(name));
  const built = files.filter(({ name }) => !isTest(name) && !/^[_.]/.test(name));
  if (files.length === 0) return { kind: "none", hasTests, mains: 0 };
  const sure = built.filter((one) => !isConditional(one)).map(read);
  const mains = built.filter(({ text }) => /^func main\(\)/m.test(bare(text))).length;
  if (file !== undefined) {
    const own = sure.find(({ name }) => name === file);
    if (!own) return undefined;
    const others = sure.filter(({ name, package: of }) => name !== file && of === own.package);
    const declared = new Set(others.flatMap((other) => other.declared));
    for (const name of own.declared) declared.delete(name);
    const declaredElsewhere = [...declared].filter((name) => uses(own, name)).sort();
    return { kind: own.package === "main" ? "main" : "library", hasTests, mains, declaredElsewhere };
  }
  if (sure.length === 0) return built.length === 0 ? { kind: "library", hasTests, mains } : undefined;
  const kinds = new Set(sure.map(({ package: of }) => (of === "main" ? "main" : "library")));
  const [kind] = kinds;
  const doubt = built.some((one) => isConditional(one) && !isIgnored(one) && read(one).package === "main");
  return kinds.size > 1 || (kind === "library" && doubt) ? undefined : { kind, hasTests, mains };
}

interface Source {
  readonly name: string;
  readonly package: string;
  readonly code: string;
  /** Functions, types, variables and constants of the package, without methods. */
  readonly declared: readonly string[];
  readonly imports: string;
}

const isTest = (name: string) => name.endsWith("_test.go");
const isIgnored = ({ text }: GoFile) => /^\/\/(?:go:build|\s*\+build)\s+ignore\b/m.test(text);

function isConditional({ name, text }: GoFile): boolean {
  return /^\/\/(?:go:build|\s*\+build)\s/m.test(text) || /_[a-z0-9]+\.go$/.test(name) || /^\s*import\s+"C"/m.test(text);
}

function read({ name, text }: GoFile): Source {
  const code = bare(text);
  const declared = [...code.matchAll(/^(?:func|type|var|const)\s+([\p{L}_][\p{L}\p{N}_]*)/gmu)].map(([, one]) => one);
  for (const [, body] of code.matchAll(/^(?:type|var|const)\s*\(\n([^]*?)^\)/gm)) {
    // One tab deep are the names, deeper is what they hold.
    for (const [, one] of body.matchAll(/^\t([\p{L}_][\p{L}\p{N}_]*)/gmu)) declared.push(one);
  }
  return {
    name,
    package: /^package\s+(\S+)/m.exec(code)?.[1] ?? "",
    code,
    declared: declared.filter((one) => one !== "_" && one !== "init" && one !== "main"),
    imports: [...text.matchAll(/^\s*(?:import\s+)?((?:[\w.]+\s+)?"[^"\n]*")\s*$/gm)].map(([, one]) => one).join("\n"),
  };
}

/** Whether the file certainly means the package's `name`: it is called or taken, and nothing here could shadow it. */
function uses({ code, imports }: Source, name: string): boolean {
  if (imports.includes(name)) return false;
  const word = name.replace(/[^\p{L}\p{N}_]/gu, "");
  const apart = `(?<![\\p{L}\\p{N}_.])${word}(?![\\p{L}\\p{N}_])`;
  // `name :=`, `name, other`, `name T`: where the text allows that, it is not the package's for certain.
  const isDeclaredHere = new RegExp(
    `${apart}\\s*(?:,|:|=(?!=))|${apart}[ \\t]+(?:[\\p{L}_*[(]|\\.\\.\\.|<-)|(?:func|var|const|type|range)\\s+${word}(?![\\p{L}\\p{N}_])`,
    "u",
  );
  if (isDeclaredHere.test(code)) return false;
  return new RegExp(`${apart}(?:\\(|\\.[\\p{Lu}\\p{Ll}]|\\{)|[&*]${word}(?![\\p{L}\\p{N}_])`, "u").test(code);
}

/** The text without comments and without what is in quotes, lines kept. */
function bare(text: string): string {
  return text
    .replace(/\r\n/g, "\n")
    .replace(/\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'/g, (found) =>
      found.startsWith("/*") || found.startsWith("`")
        ? found.replace(/[^\n]/g, " ")
        : found.startsWith("//")
          ? ""
          : '""',
    );
}
