/**
 * Which frame of a stack to open first: the user's code closest to where it happened.
 *
 * The runtime and the standard library allocate and block on somebody's behalf, and so do dependencies; whoever called
 * them is the one who can change something. The main module is told from its dependencies by their files: those lie
 * in the module cache (`…@v1.2.3/…`) or in a vendor directory.
 */
import { packageOf } from "./frames.js";

/** How far a frame is from the code that its reader can change; smaller is closer. */
export type Closeness = 0 | 1 | 2;
export const MAIN_MODULE: Closeness = 0;
const DEPENDENCY: Closeness = 1;
export const STANDARD: Closeness = 2;

const DEPENDENCY_FILE = /@v\d+\.\d+\.\d+|(?:^|[/\\])vendor[/\\]/;

export function closeness(functionName: string, file: string): Closeness {
  if (isStandard(functionName)) return STANDARD;
  return DEPENDENCY_FILE.test(file) ? DEPENDENCY : MAIN_MODULE;
}

/**
 * Whether a function belongs to the runtime or the standard library: the first element of the import path has no dot.
 * A main module without a dot in its name looks the same, so only what the standard library really has counts.
 */
export function isStandard(functionName: string): boolean {
  if (!functionName.includes(".")) return true; // C, assembly, or an address without a name
  const path = packageOf(functionName);
  const slash = path.indexOf("/");
  const first = slash < 0 ? path : path.slice(0, slash);
  return STANDARD_ROOTS.has(first);
}

/**
 * Index into a leaf-first stack: the first frame of the closest kind that occurs; 0 where all is standard. What a
 * sync.Pool makes is blamed on whoever takes it out: a pool is emptied by every collection but one, so what stays alive
 * is not in it.
 */
export function blameIndex(stack: readonly { readonly function: string; readonly file: string }[]): number {
  let best = 0;
  let bestCloseness: Closeness = STANDARD;
  const taken = stack.findIndex((frame) => frame.function === "sync.(*Pool).Get");
  for (const [i, frame] of stack.entries()) {
    if (i < taken) continue;
    const here = closeness(frame.function, frame.file);
    if (here < bestCloseness) {
      best = i;
      bestCloseness = here;
    }
  }
  return best;
}

/** First elements of the standard library's import paths (`go list std`, Go 1.27), and what has no import path. */
const STANDARD_ROOTS: ReadonlySet<string> = new Set(
  (
    "archive arena bufio builtin bytes cmp compress container context crypto database debug embed encoding errors " +
    "expvar flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp " +
    "runtime simd slices sort strconv strings structs sync syscall testing text time type unicode unique unsafe uuid " +
    "vendor weak cgo _cgo C go: type:"
  ).split(" "),
);
