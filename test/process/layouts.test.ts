/** The table of the runtime's layouts, held against the debug information of programs of each version. */
import { expect, test } from "vitest";
import { openExecutable } from "../../src/process/elf/executable.js";
import { layoutOfDwarf } from "../../src/process/runtime/layout.js";
import { builtScenes } from "../support/paused-debuggee.js";

test.each(["go1.24.13", "go1.25.5", "go1.26.8", "go1.27.3"])("of %s", (go) => {
  const executable = openExecutable(builtScenes(go));
  const { layout, version } = executable;
  const described = layoutOfDwarf(executable.dwarf());
  executable.close();
  expect(version).toBe(go);
  // Go 1.24 has no bubbles of the later kind, and this program would not use them.
  const isDescribed = ([name]: readonly [string, number]) => !name.startsWith("runtime.synctestBubble");
  expect([...layout.offsets].filter(isDescribed)).toEqual([...(described?.offsets ?? [])].filter(isDescribed));
  expect([...layout.sizes]).toEqual([...(described?.sizes ?? [])]);
  expect(layout.offsets.size).toBeGreaterThan(80);
});
