/** The tests, benchmarks and fuzz tests that a Go file declares. */

export interface TestFunction {
  readonly name: string;
  /** From 0. */
  readonly line: number;
}

const DECLARATION = /^func ((?:Test|Benchmark|Fuzz)(?:[^\p{Ll}(\s][^(\s]*)?)\(\s*\w+ \*testing\.[TBF]\s*\)/u;

/** Where a line begins: in code, in a comment, or in a raw string. */
type Within = "code" | "comment" | "raw";

/** In their order; what a comment or a text in backquotes contains is none. */
export function testFunctions(text: string): TestFunction[] {
  const found: TestFunction[] = [];
  let within: Within = "code";
  text.split("\n").forEach((line, at) => {
    const name = within === "code" ? DECLARATION.exec(line)?.[1] : undefined;
    if (name !== undefined && name !== "TestMain") found.push({ name, line: at });
    within = after(line, within);
  });
  return found;
}

/** Where the next line begins. */
function after(line: string, before: Within): Within {
  let within = before;
  for (let i = 0; i < line.length; i++) {
    if (within === "raw") within = line[i] === "`" ? "code" : within;
    else if (within === "comment") {
      if (line.startsWith("*/", i)) [within, i] = ["code", i + 1];
    } else if (line.startsWith("//", i)) break;
    else if (line.startsWith("/*", i)) [within, i] = ["comment", i + 1];
    else if (line[i] === "`") within = "raw";
    else if (line[i] === '"' || line[i] === "'") i = endOfQuoted(line, i);
  }
  return within;
}

function endOfQuoted(line: string, from: number): number {
  for (let i = from + 1; i < line.length; i++) {
    if (line[i] === "\\") i++;
    else if (line[i] === line[from]) return i;
  }
  return line.length;
}
