/** Symbols read from memory against what the program's own runtime.CallersFrames says, all over its text. */
import { describe, expect, test } from "vitest";
import { INLINED_CALL } from "../../../src/core/goroutines/goroutine.js";
import { openSymbols, type SourceFrame, type Symbols } from "../../../src/delve/memory/symbols.js";
import { builtScenes, MACHINES, NEW_MACHINE, pausedOverDap, pausedOverRpc } from "../../support/paused-debuggee.js";

interface Account {
  readonly pcs: readonly string[];
  readonly frames: readonly (readonly { readonly function: string; readonly file: string; readonly line: number }[])[];
}

const builds = [
  ...MACHINES.map((machine) => ({ ...machine, build: "as usual", binary: () => builtScenes(machine.go) })),
  { ...NEW_MACHINE, build: "position-independent", binary: () => builtScenes(NEW_MACHINE.go, ["-buildmode=pie"]) },
];

describe.each(builds)("$go, built $build", (machine) => {
  test("functions, files, lines and inlined calls are the program's own", async () => {
    const paused = await pausedOverRpc(machine, ["symbols"], { binary: machine.binary() });
    try {
      const { pcs, frames } = paused.account as Account;
      expect(pcs.length).toBeGreaterThan(1_000);
      const symbols = await openSymbols(paused.program);
      await symbols.load(pcs.map(Number));
      const found = pcs.map((pc) =>
        withoutWrappers(symbols, symbols.at(Number(pc))).map(({ name, file, line }) => ({
          function: symbols.names[name],
          file: symbols.files[file],
          line,
        })),
      );
      // Between two functions the runtime knows no file, and it takes the first of all names for none.
      const isPadding = (i: number) => frames[i].some((frame) => frame.file === "?" || frame.function === "");
      const different = pcs.flatMap((pc, i) =>
        isPadding(i) || JSON.stringify(found[i]) === JSON.stringify(frames[i])
          ? []
          : [{ pc, said: frames[i], found: found[i] }],
      );
      expect(different.slice(0, 5)).toEqual([]);
      expect(symbols.names.filter((name) => name.includes("[...]"))).not.toEqual([]);
      const inlined = pcs.filter((pc) => symbols.at(Number(pc))[0]?.kind === INLINED_CALL);
      expect(inlined.length).toBeGreaterThan(pcs.length / 20);
    } finally {
      await paused.stop();
    }
  });
});

test.each(MACHINES)("over DAP, too: $go", async (machine) => {
  const paused = await pausedOverDap(machine, ["park", "1"]);
  try {
    const symbols = await openSymbols(paused.program);
    const pc = await paused.program.number("runtime.allgs[0].startpc");
    await symbols.load([pc, 16]);
    expect(symbols.at(pc).map(({ name }) => symbols.names[name])).toEqual(["runtime.main"]);
    expect(symbols.at(16)).toEqual([]);
  } finally {
    await paused.stop();
  }
});

/** As runtime.CallersFrames: wrappers around an inlined call are left out, unless it panics. */
function withoutWrappers(symbols: Symbols, frames: readonly SourceFrame[]): readonly SourceFrame[] {
  const panics = /^runtime\.(gopanic|sigpanic|panicwrap)$/;
  return frames.filter((frame, i) => i === 0 || !frame.isWrapper || panics.test(symbols.names[frames[i - 1].name]));
}
