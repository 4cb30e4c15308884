import { expect, test } from "vitest";
import { looksLikePackage, withVariables } from "../../src/launch/path-variables.js";

const values: Readonly<Record<string, string>> = { workspaceFolder: "/w x", "env:HOME": "/h" };

test.each<[string, string | undefined]>([
  ["./cmd", "./cmd"],
  ["${workspaceFolder}/ü", "/w x/ü"],
  ["${env:HOME}${workspaceFolder}", "/h/w x"],
  ["${file}", undefined],
  ["${workspaceFolder", undefined],
  ["~/x", undefined],
  ["a\0b", undefined],
])("%j is %j", (path, expected) => expect(withVariables(path, (name) => values[name])).toBe(expected));

test.each([
  ["example.com/x", true],
  ["./example.com/x", false],
  ["cmd/x", false],
])("%s is an import path: %s", (path, expected) => expect(looksLikePackage(path)).toBe(expected));
