/**
 * What the commands about breakpoints write: ordinary conditions and hit counts, in Delve's words, that anybody can read
 * and change in the editor afterwards.
 */

const IN_GOROUTINE = /runtime\.(?:curg\.goid|GoroutineID\(\)) == \d+/;

/** Only in goroutine `id`: added to the condition that is there, or in place of an earlier choice of this kind. */
export function onlyInGoroutine(condition: string | undefined, id: number): string {
  const only = `runtime.curg.goid == ${id}`;
  const before = condition?.trim() ?? "";
  if (before === "") return only;
  if (IN_GOROUTINE.test(before)) return before.replace(IN_GOROUTINE, only);
  return `(${before}) && ${only}`;
}

/** Every k-th time, as Delve counts: the k-th, the 2k-th, … */
export function everyHit(k: number): string {
  return `% ${k}`;
}

export function fromHit(n: number): string {
  return `>= ${n}`;
}

/** "3-7" or "3": which hits to stop at. Undefined when it is neither, or the other way round. */
export function hitRange(text: string): { readonly from: number; readonly to: number } | undefined {
  const match = /^\s*(\d+)\s*(?:(?:-|–|to|\.\.)\s*(\d+)\s*)?$/.exec(text);
  if (!match) return undefined;
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  return from >= 1 && to >= from && to <= Number.MAX_SAFE_INTEGER ? { from, to } : undefined;
}
