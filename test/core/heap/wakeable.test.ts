/** Which blocked goroutines nothing can wake, on small graphs of objects. */
import { expect, test } from "vitest";
import type { ObjectGraph } from "../../../src/core/heap/object-graph.js";
import { RootsBuilder } from "../../../src/core/heap/roots.js";
import { HeapSpans } from "../../../src/core/heap/spans.js";
import { wakeable } from "../../../src/core/heap/wakeable.js";

const BASE = 0x10000;
const SIZE = 16;
const addressOf = (object: number) => BASE + object * SIZE;

/** `pointers[i]` are the objects that object i points to. */
function graph(pointers: readonly (readonly number[])[]): ObjectGraph {
  const column = (value: number) => Float64Array.of(value);
  const spans = new HeapSpans({
    ...{ count: 1, start: column(BASE), length: column(8_192), elementSize: column(SIZE), largeType: column(0) },
    ...{ elementCount: Uint32Array.of(pointers.length), isPointerFree: Uint8Array.of(0), isLarge: Uint8Array.of(0) },
  });
  const edgeStart = new Uint32Array(pointers.length + 1);
  pointers.forEach((list, i) => (edgeStart[i + 1] = edgeStart[i] + list.length));
  return { spans, edgeStart, edges: Int32Array.from(pointers.flat()) };
}

interface Case {
  readonly pointers: readonly (readonly number[])[];
  readonly global?: readonly number[];
  /** Objects on the stacks of goroutines, by their id. */
  readonly stacks?: Readonly<Record<number, readonly number[]>>;
  /** What goroutines wait for; -1 is not on the heap. */
  readonly blocked: Readonly<Record<number, readonly number[]>>;
  readonly opaque?: readonly number[];
  readonly books?: readonly number[];
}

function unreachable({ pointers, global = [], stacks = {}, blocked, opaque = [], books = [] }: Case): number[] {
  const roots = new RootsBuilder();
  const variable = roots.owner({ kind: "global", name: "main.v", address: 1 });
  for (const object of global) roots.add(object, variable, 0);
  for (const [id, objects] of Object.entries(stacks)) {
    const owner = roots.owner({ kind: "goroutine", name: "main.f", address: 0, goroutine: Number(id) });
    for (const object of objects) roots.add(object, owner, 0);
  }
  const waits = Object.entries(blocked).map(([id, objects]) => ({
    id: Number(id),
    objects: objects.map((object) => (object < 0 ? 0 : addressOf(object))),
  }));
  return [...wakeable(graph(pointers), roots.finish(books), waits, opaque).unreachable];
}

test.each<[string, Case, number[]]>([
  ["a channel that only those who wait have", { pointers: [[]], stacks: { 7: [0] }, blocked: { 7: [0] } }, [7]],
  ["a channel in a variable", { pointers: [[1], []], global: [0], stacks: { 7: [1] }, blocked: { 7: [1] } }, []],
  [
    "a channel that a goroutine which runs has",
    { pointers: [[]], stacks: { 7: [0], 8: [0] }, blocked: { 7: [0] } },
    [],
  ],
  [
    "a chain: who may wake has what the next waits for",
    { pointers: [[], []], global: [0], stacks: { 7: [0, 1], 8: [1] }, blocked: { 7: [0], 8: [1] } },
    [],
  ],
  [
    "a circle that nobody else reaches",
    { pointers: [[], []], stacks: { 7: [0, 1], 8: [0, 1] }, blocked: { 7: [0], 8: [1] } },
    [7, 8],
  ],
  ["one of several that can be reached", { pointers: [[], []], global: [1], blocked: { 7: [0, 1] } }, []],
  ["what is not on the heap", { pointers: [[]], blocked: { 7: [-1] } }, []],
  ["a place in a queue is not followed", { pointers: [[1], []], global: [0], blocked: { 7: [1] }, opaque: [0] }, [7]],
  ["the runtime's books are not followed", { pointers: [[1], []], global: [0], blocked: { 7: [1] }, books: [0] }, [7]],
])("%s", (_, given, expected) => {
  expect(unreachable(given)).toEqual(expected);
});
