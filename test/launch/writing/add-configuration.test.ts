import { expect, test } from "vitest";
import { addConfiguration } from "../../../src/launch/writing/add-configuration.js";

const ready = { name: "New", type: "go", request: "launch", program: "${workspaceFolder}" };
const inserted = (indent: string, name = "New", eol = "\n") =>
  ["{", `  "name": "${name}",`, '  "type": "go",', '  "request": "launch",', '  "program": "${workspaceFolder}"', "}"]
    .map((line) => indent + line)
    .join(eol);

test.each([
  ["an empty file", "", `{\n  "version": "0.2.0",\n  "configurations": [\n${inserted("    ")}\n  ]\n}\n`],
  [
    "blanks and a byte order mark",
    "\uFEFF \n",
    `{\n  "version": "0.2.0",\n  "configurations": [\n${inserted("    ")}\n  ]\n}\n`,
  ],
  [
    "one that has others, and comments",
    `{\n  // mine\n  "configurations": [\n    { "name": "Old" } // old\n  ],\n}\n`,
    `{\n  // mine\n  "configurations": [\n    { "name": "Old" }, // old\n${inserted("    ")}\n  ],\n}\n`,
  ],
  [
    "one that has the name",
    `{\n  "configurations": [\n    { "name": "New" }\n  ]\n}\n`,
    `{\n  "configurations": [\n    { "name": "New" },\n${inserted("    ", "New 2")}\n  ]\n}\n`,
  ],
  [
    "one with CRLF",
    `{\r\n  "configurations": [\r\n    { "name": "Old" }\r\n  ]\r\n}\r\n`,
    `{\r\n  "configurations": [\r\n    { "name": "Old" },\r\n${inserted("    ", "New", "\r\n")}\r\n  ]\r\n}\r\n`,
  ],
])("adds to %s", (_, before, after) => {
  expect(addConfiguration(before, ready)).toBe(after);
});

test.each([
  ["a file without configurations", `{ "version": "0.2.0" }`],
  ["an empty list", `{ "configurations": [] }`],
  ["a trailing comma", `{ "configurations": [{ "name": "Old" },] }`],
  ["a byte order mark", `\uFEFF{ "configurations": [] }`],
])("adds to %s", (_, before) => {
  const after = addConfiguration(before, ready) ?? "";
  expect(after.startsWith("\uFEFF")).toBe(before.startsWith("\uFEFF"));
  expect(addConfiguration(after, ready)).toContain('"New 2"');
});

test.each([["half-typed"], [`{ "configurations": [`], [`[]`], [`{ "configurations": {} }`]])(
  "leaves alone what does not read: %s",
  (text) => expect(addConfiguration(text, ready)).toBeUndefined(),
);
