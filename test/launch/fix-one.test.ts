import { expect, test } from "vitest";
import { configurationNamed, fixOne, valueOf } from "../../src/launch/fix-one.js";
import { NEWEST } from "../support/launch-case.js";

const two = (a: string, b: string) =>
  `{ "configurations": [
    // mine
    { "name": "A", "type": "go", "request": "launch", "program": ".", ${a} },
    { "name": "B", "type": "go", "request": "launch", "program": ".", ${b} }
  ] }`;

test("fixes the one that is named, all of it, and no other", () => {
  const before = two(`"stopOnEntry": "true", "stackTraceDepth": "7"`, `"stopOnEntry": "true"`);
  const after = two(`"stopOnEntry": true, "stackTraceDepth": 7`, `"stopOnEntry": "true"`);
  expect(fixOne(before, "launch", NEWEST, "A")).toBe(after);
  expect(fixOne(after, "launch", NEWEST, "A")).toBe(after);
});

test("a name that is not there changes nothing", () => {
  const text = two(`"stopOnEntry": "true"`, `"noDebug": false`);
  expect(fixOne(text, "launch", NEWEST, "C")).toBe(text);
});

test("the value is as VS Code reads it", () => {
  const configuration = configurationNamed(two(`"args": ["x",] // y\n`, `"noDebug": false`), "launch", "A");
  expect(configuration && valueOf(configuration)).toMatchObject({ name: "A", args: ["x"] });
});
