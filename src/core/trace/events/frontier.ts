/**
 * The next event of every thread, as a heap by time.
 *
 * The same heap as in Go's internal/trace/batchcursor.go, step by step: where two events have the same time, the one
 * that Go's reader takes first is taken first here.
 */
import type { EventCursor } from "./event-cursor.js";

export type Frontier = EventCursor[];

export function insertCursor(heap: Frontier, cursor: EventCursor): void {
  heap.push(cursor);
  siftUp(heap, heap.length - 1);
}

/** Restores the order after the time of the cursor at `i` has changed. */
export function updateCursor(heap: Frontier, i: number): void {
  if (i === 0 || siftUp(heap, i) === i) siftDown(heap, i);
}

export function removeCursor(heap: Frontier, i: number): void {
  while (i > 0) {
    const parent = (i - 1) >> 1;
    swap(heap, parent, i);
    i = parent;
  }
  swap(heap, 0, heap.length - 1);
  heap.pop();
  siftDown(heap, 0);
}

function siftUp(heap: Frontier, i: number): number {
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (heap[parent].time <= heap[i].time) break;
    swap(heap, parent, i);
    i = parent;
  }
  return i;
}

function siftDown(heap: Frontier, i: number): void {
  const length = heap.length;
  for (;;) {
    const left = 2 * i + 1;
    if (left >= length) return;
    let least = i;
    let time = heap[i].time;
    if (heap[left].time < time) {
      least = left;
      time = heap[left].time;
    }
    if (left + 1 < length && heap[left + 1].time < time) least = left + 1;
    if (least === i) return;
    swap(heap, i, least);
    i = least;
  }
}

function swap(heap: Frontier, a: number, b: number): void {
  const cursor = heap[a];
  heap[a] = heap[b];
  heap[b] = cursor;
}
