/** What is written of a series has no names and no folders of the program in it. */
import { expect, test } from "vitest";
import { diagnose } from "../../../src/core/diagnosis/diagnose.js";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";

test("the dump of a series is judged, and not written", () => {
  const text = "goroutine 1 [chan receive]:\nmain.main()\n\t/home/me/secret/main.go:9 +0x1\n";
  const dump = parseDump(new TextEncoder().encode(text));
  const { snapshots } = diagnose("test", [
    { atMs: 0, rss: 7 },
    { atMs: 1000, rss: 8, dump },
  ]);
  expect(snapshots).toEqual([
    { atMs: 0, rss: 7 },
    { atMs: 1000, rss: 8 },
  ]);
});
