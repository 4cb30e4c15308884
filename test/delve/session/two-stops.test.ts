/**
 * A real program at two stops: what was created, what finished and what is stuck equals the program's own books, read
 * from its memory and from its dumps of the same moments.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../../src/cli/main.js";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { compareGoroutines } from "../../../src/core/goroutines/goroutine-diff.js";
import { type Goroutines, SYSTEM } from "../../../src/core/goroutines/goroutine.js";
import { testTerminal } from "../../support/terminal.js";
import { buildBookkeeping } from "../../kernels/kernel-programs.js";
import { lookAtStops } from "../../kernels/kernel-pause.js";
import { readPaused } from "../../kernels/read-paused.js";

interface Books {
  readonly Created: number[];
  readonly Finished: number[];
  readonly Stuck: number[];
}

const folder = mkdtempSync(join(tmpdir(), "godiag-stops-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let program: string;
let books: Books;
let stops: Goroutines[];
let dumps: Goroutines[];

beforeAll(async () => {
  program = await buildBookkeeping(folder);
  const { seen, output } = await lookAtStops(program, "books", 2, readPaused);
  const section = (name: string) => new RegExp(`^=== ${name}\\n([\\s\\S]*?)\\n===`, "m").exec(output)?.[1] ?? "";
  books = JSON.parse(section("books")) as Books;
  stops = seen.map(({ goroutines }) => goroutines);
  dumps = ["first", "second"].map((name) => parseDump(Buffer.from(section(name))));
});

test("godiag asks Delve at a stop, and leaves the program where it stands", async () => {
  const { seen } = await lookAtStops(program, "godiag", 2, async (_, __, address) => {
    const terminal = testTerminal({});
    const code = await run(["goroutines", `dlv:${address}`, "--json", "--filter", "user -id:1"], terminal);
    return { code, ids: (JSON.parse(terminal.written.out) as { goroutines: { id: number }[] }).goroutines.length };
  });
  expect(seen).toEqual([
    { code: 0, ids: 500 },
    { code: 0, ids: 300 },
  ]);
});

test.each(["memory", "dumps"])("from %s: created, finished and stuck are those of the books", (from) => {
  const [before, after] = from === "memory" ? stops : dumps;
  const changes = compareGoroutines(before, after);
  const ids = (of: Goroutines, rows: Uint32Array) =>
    Array.from(rows)
      .filter((row) => !(of.flags[row] & SYSTEM) && of.id[row] !== 1)
      .map((row) => of.id[row])
      .sort((a, b) => a - b);
  expect(changes.isComparable).toBe(true);
  expect([books.Created.length, books.Finished.length, books.Stuck.length]).toEqual([100, 300, 200]);
  expect(ids(after, changes.created)).toEqual(books.Created.toSorted((a, b) => a - b));
  expect(ids(before, changes.finished)).toEqual(books.Finished.toSorted((a, b) => a - b));
  expect(ids(after, changes.stuck)).toEqual(books.Stuck.toSorted((a, b) => a - b));
});
