/** One goroutine of a text while its lines come in: its stack, who created it, and the same of its ancestors. */
import type { GoroutineHeader } from "../goroutine-header.js";
import { type Ancestor, type GoroutineBuilder, NO_FRAME, STACK_UNAVAILABLE, UNKNOWN_ID } from "../goroutine.js";

/** Begun with its header, then filled, then kept or dropped; the next one uses it again. */
export class DumpedGoroutine {
  readonly #builder: GoroutineBuilder;
  #header: GoroutineHeader | undefined;
  #id = UNKNOWN_ID;
  /** Of what is being read: the goroutine, or the last of its ancestors. */
  #frames = new Int32Array(256);
  #depth = 0;
  #ownStack = NO_FRAME;
  #creator = NO_FRAME;
  #creatorId = UNKNOWN_ID;
  #ancestors: Ancestor[] = [];
  #ancestorId = UNKNOWN_ID;
  /** Go did not print the stack of a goroutine that ran on another thread. */
  isUnavailable = false;
  /** Address of the lock that it waits for, 0 where unknown. */
  waitsFor = 0;

  constructor(builder: GoroutineBuilder) {
    this.#builder = builder;
  }

  get isBegun(): boolean {
    return this.#header !== undefined;
  }

  get id(): number {
    return this.#id;
  }

  get depth(): number {
    return this.#depth;
  }

  get isRunning(): boolean {
    return this.#header?.state === "running";
  }

  /** Whether nothing is known of it but its header. */
  get isEmpty(): boolean {
    const hasStack = this.#depth > 0 || this.#ownStack !== NO_FRAME || this.isUnavailable;
    return !hasStack && this.#creator === NO_FRAME;
  }

  begin(id: number, header: GoroutineHeader): void {
    this.#id = id;
    this.#header = header;
  }

  push(frame: number): void {
    if (this.#depth === this.#frames.length) {
      const grown = new Int32Array(this.#depth * 2);
      grown.set(this.#frames);
      this.#frames = grown;
    }
    this.#frames[this.#depth++] = frame;
  }

  /** `frame` is the `go` statement. It ends an ancestor; a goroutine's own may be followed by ancestors. */
  createdBy(frame: number, goroutine: number): void {
    if (this.#ancestorId !== UNKNOWN_ID) return this.#endAncestor(frame);
    this.#creator = frame;
    this.#creatorId = goroutine;
  }

  beginAncestor(id: number): void {
    this.#endAncestor(NO_FRAME);
    if (this.#ownStack === NO_FRAME) this.#ownStack = this.#takeStack();
    this.#ancestorId = id;
  }

  /** Adds it to the builder. */
  keep(): void {
    const header = this.#header;
    if (header === undefined) return;
    this.#endAncestor(NO_FRAME);
    this.#builder.add({
      id: this.#id,
      state: header.state,
      waitNs: header.waitMinutes === undefined ? undefined : header.waitMinutes * 60e9,
      flags: header.flags | (this.isUnavailable ? STACK_UNAVAILABLE : 0),
      stack: this.#ownStack === NO_FRAME ? this.#takeStack() : this.#ownStack,
      creator: this.#creator,
      creatorId: this.#creatorId,
      labels: header.labels,
      ancestry: this.#ancestors,
      waitsFor: this.waitsFor,
      bubble: header.bubble,
    });
    this.drop();
  }

  drop(): void {
    this.#header = undefined;
    this.#depth = 0;
    this.#ownStack = NO_FRAME;
    this.#creator = NO_FRAME;
    this.#creatorId = UNKNOWN_ID;
    this.#ancestors = [];
    this.#ancestorId = UNKNOWN_ID;
    this.isUnavailable = false;
    this.waitsFor = 0;
  }

  #endAncestor(creator: number): void {
    if (this.#ancestorId === UNKNOWN_ID) return;
    this.#ancestors.push({ id: this.#ancestorId, stack: this.#takeStack(), creator });
    this.#ancestorId = UNKNOWN_ID;
  }

  #takeStack(): number {
    const stack = this.#builder.stack(this.#frames, this.#depth);
    this.#depth = 0;
    return stack;
  }
}
