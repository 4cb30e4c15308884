/** Stacks of a trace for people: frames with names, and the one frame that says most. */
import type { StackFrame } from "../profile/named-stack.js";
import {
  NO_STACK,
  type StackColumns,
  type TraceFrame,
  type TraceNames,
  type TraceStack,
} from "./events/trace-names.js";

export class TraceStacks {
  readonly #names: TraceNames;
  readonly #columns: StackColumns;

  constructor(names: TraceNames) {
    this.#names = names;
    this.#columns = names.stackColumns();
  }

  /** Leaf first; empty where no stack was recorded. */
  frames(stack: TraceStack): StackFrame[] {
    const { start, frames } = this.#columns;
    return Array.from(frames.subarray(start[stack], start[stack + 1]), (frame) => this.frame(frame));
  }

  frame(frame: TraceFrame): StackFrame {
    const { frameFunction, frameFile, frameLine } = this.#names;
    return {
      function: this.#names.string(frameFunction[frame]),
      file: this.#names.string(frameFile[frame]),
      line: frameLine[frame],
    };
  }

  /** The innermost frame of the program itself; else that of a library above the runtime; else the innermost. */
  place(stack: TraceStack): StackFrame | undefined {
    if (stack === NO_STACK) return undefined;
    const frames = this.frames(stack);
    return (
      frames.find((frame) => !STANDARD_LIBRARY.test(frame.function)) ??
      frames.find((frame) => !RUNTIME.test(frame.function)) ??
      frames[0]
    );
  }

  /** What goroutines with this stack waited for, in a few classes: "chan", "mutex", "network" … */
  waitClass(reason: string, stack: TraceStack): WaitClass {
    const known = CLASS_OF_REASON.find(([pattern]) => pattern.test(reason))?.[1];
    if (known !== "sync") return known ?? (reason === "" ? "unknown" : "other");
    const inner = this.frames(stack).slice(0, INNER_FRAMES);
    const found = CLASS_OF_FUNCTION.find(([pattern]) => inner.some((frame) => pattern.test(frame.function)));
    return found?.[1] ?? "sync";
  }
}

export type WaitClass =
  | "chan"
  | "select"
  | "mutex"
  | "rwmutex"
  | "waitgroup"
  | "cond"
  | "sync"
  | "network"
  | "sleep"
  | "gc"
  | "system"
  | "forever"
  | "other"
  | "unknown";

const RUNTIME = /^(runtime|internal|sync|syscall|time|reflect)[./]/;
const STANDARD_LIBRARY =
  /^(runtime|internal|sync|syscall|time|reflect|net|os|io|bufio|bytes|fmt|context|crypto|encoding|log|database|iter|testing)[./]/;
const INNER_FRAMES = 8;

/** The runtime's words (runtime/traceruntime.go, traceBlockReasonStrings), of all versions. */
const CLASS_OF_REASON: readonly (readonly [RegExp, WaitClass])[] = [
  [/^chan /, "chan"],
  [/^select/, "select"],
  [/Cond/, "cond"],
  [/^sync/, "sync"],
  [/^network/, "network"],
  [/^sleep/, "sleep"],
  [/GC|mark/, "gc"],
  [/^system goroutine|^wait for debug|background/, "system"],
  [/^forever/, "forever"],
];

const CLASS_OF_FUNCTION: readonly (readonly [RegExp, WaitClass])[] = [
  [/sync\.\(\*RWMutex\)/, "rwmutex"],
  [/sync\.\(\*Mutex\)/, "mutex"],
  [/sync\.\(\*WaitGroup\)/, "waitgroup"],
];
