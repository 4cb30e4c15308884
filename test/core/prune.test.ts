import { expect, test } from "vitest";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { withoutUninteresting } from "../../src/core/prune.js";
import { bytes, message, packed, varint } from "../support/wire.js";

/** Stacks root first, frames by ";", inlined calls by "/": what is left of it, in the same notation. */
function pruned(stack: string, drop: string, keep = ""): string {
  const names = [...new Set(stack.split(/[;/]/))];
  const strings = ["", drop, keep, ...names].map((text) => bytes(6, text));
  const functions = names.map((_, i) => bytes(5, [...varint(1, i + 1), ...varint(2, i + 3)]));
  const frames = stack.split(";");
  const locations = frames.map((frame, i) => {
    const lines = frame
      .split("/")
      .reverse()
      .map((name) => bytes(4, varint(1, names.indexOf(name) + 1)));
    return bytes(4, [...varint(1, i + 1), ...lines.flat()]);
  });
  const sample = bytes(2, [
    ...packed(
      1,
      frames.map((_, i) => frames.length - i),
    ),
    ...varint(2, 1),
  ]);
  const header = [...bytes(1, []), ...varint(7, 1), ...varint(8, keep === "" ? 0 : 2)];
  const profile = withoutUninteresting(
    decodeProfile(message(header, sample, locations.flat(), functions.flat(), strings.flat())),
  );
  const { lineStart, lineFunction } = profile.locations;
  const nameOf = (line: number) => profile.strings.at(profile.functions.name[lineFunction[line]]);
  return [...profile.samples.stack]
    .reverse()
    .map((location) => {
      const lines = [...lineFunction.keys()].slice(lineStart[location], lineStart[location + 1]);
      return lines.reverse().map(nameOf).join("/");
    })
    .join(";");
}

test.each([
  ["main;work;malloc", "malloc", "", "main;work"],
  ["main;work;malloc;grow;mmap", "malloc|calloc", "", "main;work"],
  ["main;work", "malloc", "", "main;work"],
  ["main;mallocs;x", "malloc", "", "main;mallocs;x"],
  ["malloc;main;work", "malloc", "", "malloc;main;work"],
  ["malloc;main;malloc;x", "malloc", "", "malloc;main"],
  ["main;runtime.panic;runtime.x", "runtime\\..*", "runtime\\.panic", "main;runtime.panic"],
  ["main;work/malloc/grow;mmap", "malloc", "", "main;work"],
  ["main;malloc/grow;mmap", "malloc", "", "main"],
  ["main;operator new(unsigned long);x", "operator new", "", "main"],
  ["main;(anonymous namespace)::f(int);x", "\\(anonymous namespace\\)::f", "", "main"],
  ["main;.malloc;x", "malloc", "", "main"],
])("%s without %s but %s", (stack, drop, keep, left) => {
  expect(pruned(stack, drop, keep)).toBe(left);
});

test("a pattern that is not understood drops nothing and warns", () => {
  const profile = decodeProfile(message(bytes(6, ""), bytes(6, "(?i)malloc"), varint(7, 1)));
  expect(withoutUninteresting(profile).warnings).toEqual([expect.objectContaining({ code: "drop-frames" })]);
});
