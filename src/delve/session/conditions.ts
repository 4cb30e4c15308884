/**
 * Expressions as people write them, in the words that Delve knows: `runtime.GoroutineID()`, which articles use and Go
 * never had, is `runtime.curg.goid`. What stands in a string or a rune stays.
 */

const CALL = /\bruntime\.(?:GoroutineID|GoroutineId|GoID|Goid|GetGoroutineID|GetGoID)\(\s*\)/g;
const QUOTED = /"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'/g;

/** The expression for Delve; the same string when there is nothing to change. */
export function inDelvesWords(expression: string): string {
  let result = "";
  let at = 0;
  for (const quoted of expression.matchAll(QUOTED)) {
    result += replaced(expression.slice(at, quoted.index)) + quoted[0];
    at = quoted.index + quoted[0].length;
  }
  return result + replaced(expression.slice(at));
}

/** A log message: only what stands between braces is an expression. */
export function messageInDelvesWords(message: string): string {
  return message.replace(/\{[^{}]*\}/g, (braced) => `{${inDelvesWords(braced.slice(1, -1))}}`);
}

/** Whether bytes may hold such a call: spares parsing everything else. */
export function mayNeedDelvesWords(bytes: Buffer): boolean {
  return bytes.includes("runtime.G");
}

function replaced(code: string): string {
  return code.replace(CALL, "runtime.curg.goid");
}
