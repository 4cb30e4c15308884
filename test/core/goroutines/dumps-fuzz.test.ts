import { expect, test } from "vitest";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { fuzzTexts } from "../../fuzz/texts.js";
import { bytesOf } from "../../support/goroutine-lines.js";

test("broken texts are read or refused, as npm run fuzz does a million times", () => {
  const { read } = fuzzTexts(3000, 1);
  expect(read).toBeGreaterThan(1500);
});

const HEADER = "goroutine 7 [select]:";
const FRAME = "main.f()\n\t/a.go:1 +0x2\n";
// Each could make a search begin anew for every line, or a line be looked at once for every other.
const UNITS: Record<string, string> = {
  "one goroutine again and again": `${HEADER}\n${FRAME}\n`,
  "headers with a prefix of their own": `xyz ${HEADER}\n`,
  "prefixes that are never decided": `2024-05-05T12:00:00Z ${HEADER}\nnothing of it\n`,
  "quotes without an end": `msg="${HEADER}\\n`,
  "strings in one line": `${HEADER}\\nmain.f()\\n\\t/a.go:1 +0x2\\n`,
  backslashes: '\\\\\\\\\\"',
  "terminal codes without an end": "\x1b]0;",
  "races without an end": `WARNING: DATA RACE\nRead at 0x1 by goroutine 7:\n`,
  "parts of lines without an end": `2024-05-05T12:00:00Z stderr P goroutine 7 \n`,
  "sentences about goroutines": "goroutine 7 [ goroutine 8 ",
  "hash signs": "#033#",
};

test.each(Object.entries(UNITS))("twice the text takes no more than a few times as long: %s", (_, unit) => {
  /** CPU time, the best of three: what others do on the machine does not count. */
  const cost = (bytes: number) => {
    const text = bytesOf(`api | ${HEADER}\napi | main.f()\n` + unit.repeat(Math.ceil(bytes / unit.length)));
    const once = () => {
      const start = process.cpuUsage();
      parseDump(text);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    return Math.min(once(), once(), once());
  };
  // Sixteen times the text would take 256 times as long if each part were looked at for each other.
  expect(cost(1 << 20) / Math.max(cost(1 << 16), 4)).toBeLessThan(100);
});
