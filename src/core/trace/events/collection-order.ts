/** The order of garbage collections: they are numbered through, begin and end alike. */
import { broken } from "./broken-order.js";
import type { EventCursor } from "./event-cursor.js";
import { GC_ACTIVE, GC_BEGIN, GC_END } from "./trace-format.js";

const UNDETERMINED = 0;
const OFF = 1;
const ON = 2;

export class CollectionOrder {
  #seq = 0;
  #state = UNDETERMINED;

  /** Whether the event of a collection can happen now. */
  advance(event: EventCursor, isFirstGeneration: boolean): boolean {
    const isFirst = event.type === GC_ACTIVE ? isFirstGeneration : true;
    if (this.#state === UNDETERMINED && event.type !== GC_END && isFirst) {
      this.#seq = event.a0;
      this.#state = ON;
      return true;
    }
    if (event.a0 !== this.#seq + 1) return false;
    const mustBe = event.type === GC_BEGIN ? OFF : ON;
    if (this.#state !== mustBe) throw broken("a garbage collection begins or ends twice");
    this.#seq = event.a0;
    this.#state = event.type === GC_END ? OFF : ON;
    return true;
  }
}
