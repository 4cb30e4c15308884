/** The size of a program's debug information is that of its sections, unpacked. */
import { expect, test } from "vitest";
import { debugBytesOf } from "../../src/process/elf/debug-bytes.js";
import { ElfFile } from "../../src/process/elf/elf-file.js";
import { builtScenes, NEW_MACHINE } from "../support/paused-debuggee.js";

test.each([
  ["packed, as Go writes them", []],
  ["as they are", ["-ldflags=-compressdwarf=false"]],
])("sections %s", (_, buildFlags) => {
  const path = builtScenes(NEW_MACHINE.go, buildFlags);
  const file = new ElfFile(path);
  const names = file.sections.map(({ name }) => name).filter((name) => name.startsWith(".debug_"));
  const bytes = names.reduce((sum, name) => sum + file.contents(name).length, 0);
  file.close();
  expect(names.length).toBeGreaterThan(5);
  expect(debugBytesOf(path)).toBe(bytes);
});

test("a stripped program has none; what is no program is not known", () => {
  expect(debugBytesOf(builtScenes(NEW_MACHINE.go, ["-ldflags=-s -w"]))).toBe(0);
  expect(debugBytesOf("package.json")).toBe(undefined);
  expect(debugBytesOf("/nowhere")).toBe(undefined);
});
