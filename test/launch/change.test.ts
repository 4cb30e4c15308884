/** Edits against a trivial model: what is parsed afterwards is what the changes say, and no comment is lost. */
import { type ParseError, createScanner, parse, parseTree } from "jsonc-parser";
import { expect, test } from "vitest";
import { type Change, type Json, applyEdits, editsOf } from "../../src/launch/change.js";
import { membersOf } from "../../src/launch/document.js";
import { type Random, randomFrom } from "../support/random.js";

test.each(Array.from({ length: 400 }, (_, seed) => seed))("random object, seed %i", (seed) => {
  const random = randomFrom(seed + 1);
  const { text, model } = randomObject(random);
  const root = parseTree(text);
  const members = membersOf(root);
  if (!root || !members) throw new Error(text);

  const changes: Change[] = [];
  const expected = new Map(Object.entries(model));
  for (const { name, property, value, key } of members.list) {
    const what = random.pick(["remove", "remove", "replace", "rename", "inside", "inside"]);
    if (what === "remove") {
      changes.push({ do: "remove", member: property });
      expected.delete(name);
    } else if (what === "replace") {
      changes.push({ do: "replace", node: value, value: ["x", 1] });
      expected.set(name, ["x", 1]);
    } else if (what === "rename") {
      changes.push({ do: "replace", node: key, value: `${name}'` });
      expected.set(`${name}'`, expected.get(name) as Json);
      expected.delete(name);
    } else if (value.type === "array") {
      const list = [...(expected.get(name) as Json[])];
      const elements = value.children ?? [];
      for (let i = elements.length - 1; i >= 0; i--) {
        if (!random.chance(0.4)) continue;
        changes.push({ do: "remove", member: elements[i] });
        list.splice(i, 1);
      }
      const removed = list.length < elements.length;
      // Where something is removed, what is added takes its place; the order is then not the model's to say.
      if (random.chance(0.5) && !removed) {
        changes.push({ do: "append", to: value, value: "new" });
        list.push("new");
      }
      if (random.chance(0.3) && !removed) {
        changes.push({ do: "prepend", to: value, value: "first" });
        list.unshift("first");
      }
      expected.set(name, list);
    }
  }
  for (const key of ["added", "more"]) {
    if (!random.chance(0.5)) continue;
    changes.push({ do: "add", to: root, key, value: { a: [{ b: "c" }] } });
    expected.set(key, { a: [{ b: "c" }] });
  }

  const after = applyEdits(text, editsOf(text, changes));
  const errors: ParseError[] = [];
  const read: unknown = parse(after, errors, { allowTrailingComma: true });
  const replay = `${text}\n---\n${JSON.stringify(changes.map((change) => change.do))}\n---\n${after}`;
  expect(errors, replay).toEqual([]);
  expect(read, replay).toEqual(Object.fromEntries(expected));
  expect(comments(after).sort(), replay).toEqual(comments(text).sort());
  expect(/[^\r]\n/.test(after) && after.includes("\r\n"), replay).toBe(false);
  expect(after.endsWith(text.slice(root.offset + root.length)), replay).toBe(true);
});

test.each<[string, readonly Change["do"][], string]>([
  [`{ "a": 1, "b": 2, "c": 3 }`, ["remove"], `{ "b": 2, "c": 3 }`],
  [`{ "a": 1 }`, ["remove"], `{ }`],
  [`{ "a": 1, }`, ["remove"], `{ }`],
  [`{\n  "a": 1, // a\n  "b": 2\n}`, ["remove"], `{\n  // a\n  "b": 2\n}`],
  [`{}`, ["add"], `{\n  "k": "v"\n}`],
  [`{ // empty\n}`, ["add"], `{\n  "k": "v" // empty\n}`],
  [`{"a":1}`, ["add"], `{"a":1, "k": "v"}`],
  [`{\n\t"a": 1\n}`, ["add"], `{\n\t"a": 1,\n\t"k": "v"\n}`],
  [`{\n  "a": 1, // a\n}`, ["add"], `{\n  "a": 1, // a\n  "k": "v",\n}`],
  [`{\n  "a": 1 // a\n}`, ["add"], `{\n  "a": 1, // a\n  "k": "v"\n}`],
  [`{\n  "a": 1 /* x */, /* y */ // a\n}`, ["add"], `{\n  "a": 1 /* x */, /* y */ // a\n  "k": "v",\n}`],
  [`{\n  "a": 1,\n  "b": 2\n}`, ["remove", "add"], `{\n  "k": "v",\n  "b": 2\n}`],
])("%j, %j", (text, does, after) => {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (!root) throw new Error(text);
  const changes = does.map((what): Change =>
    what === "remove"
      ? { do: "remove", member: (root.children ?? [])[0] }
      : { do: "add", to: root, key: "k", value: "v" },
  );
  expect(applyEdits(text, editsOf(text, changes))).toBe(after);
});

function randomObject(random: Random): { text: string; model: Record<string, Json> } {
  const eol = random.chance(0.3) ? "\r\n" : "\n";
  const unit = random.pick(["  ", "    ", "\t"]);
  let next = 0;
  const comment = () => (random.chance(0.25) ? ` /* ${next++} */` : "");
  const lineComment = () => (random.chance(0.25) ? ` // ${next++}` : "");
  const list = (open: string, close: string, items: readonly string[], depth: number): string => {
    const trailing = items.length > 0 && random.chance(0.3) ? "," : "";
    if (random.chance(0.5)) {
      return (
        open +
        random.pick(["", " "]) +
        items.map((item) => item + comment()).join(", ") +
        trailing +
        random.pick(["", " "]) +
        close
      );
    }
    const inner = eol + unit.repeat(depth + 1);
    const lines = items.map((item, i) => {
      const comma = i < items.length - 1 ? "," : trailing;
      return (random.chance(0.15) ? `${inner}// ${next++}` : "") + inner + item + comment() + comma + lineComment();
    });
    return open + lineComment() + lines.join("") + eol + unit.repeat(depth) + close;
  };
  const model: Record<string, Json> = {};
  const items = Array.from({ length: random.int(6) }, (_, i) => {
    const name = `k${i}`;
    if (random.chance(0.4)) {
      const elements = Array.from({ length: random.int(5) }, (_, j) => `e${j}/*no comment*/`);
      model[name] = elements;
      return `"${name}":${random.pick(["", " "])}${list(
        "[",
        "]",
        elements.map((one) => JSON.stringify(one)),
        1,
      )}`;
    }
    model[name] = random.pick<Json>([1, "two // no comment", true, null]);
    return `"${name}": ${JSON.stringify(model[name])}`;
  });
  return { text: `// head${eol}${list("{", "}", items, 0)}${eol}// tail`, model };
}

function comments(text: string): string[] {
  const scanner = createScanner(text);
  const found: string[] = [];
  for (let token: number = scanner.scan(); token !== 17; token = scanner.scan()) {
    if (token === 12 || token === 13)
      found.push(text.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength()).trim());
  }
  return found;
}
