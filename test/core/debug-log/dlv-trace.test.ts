/** The output of `dlv trace` of Delve 1.27 (test/fixtures/delve-logs/trace-1.27.txt), and what others may write. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isDlvTrace, readDlvTrace } from "../../../src/core/debug-log/dlv-trace.js";
import { delveMarkdown } from "../../../src/core/debug-log/log-markdown.js";

const log = (name: string) => readFileSync(`test/fixtures/delve-logs/${name}.txt`, "utf8");

test("functions by calls, with the returns that Delve saw", () => {
  const trace = readDlvTrace(log("trace-1.27"));
  expect(trace.functions).toEqual([
    { name: "main.price", calls: 7, returns: 7, goroutines: 2, deepest: 5 },
    { name: "main.(*Cart).add", calls: 2, returns: 2, goroutines: 2, deepest: 1 },
  ]);
  expect(trace).toMatchObject({ goroutines: 2, calls: 9, otherLines: 2 });
});

test("calls in order, each with its results, by depth", () => {
  const drawn = readDlvTrace(log("trace-1.27")).first.map(
    (call) => `${call.goroutine} ${"  ".repeat(call.depth)}${call.function}${call.arguments} = ${call.results ?? "?"}`,
  );
  expect(drawn.slice(4)).toEqual([
    "1 main.(*Cart).add((*main.Cart)(0x2c85ba5a2a0), 3) = (6,error nil)",
    "1   main.price(3) = (6)",
    "1     main.price(2) = (2)",
    "1       main.price(1) = (1)",
    "1         main.price(0) = (1)",
  ]);
});

test("returns that were not seen, and returns of calls before the beginning", () => {
  const trace = readDlvTrace(
    [
      ">> goroutine(1): main.early => (1)",
      "> goroutine(1): main.a(1)",
      "> goroutine(1): main.b(main.T {x: (2)})",
      "hello > goroutine(3): no entry",
      ">> goroutine(1): main.a => ()",
      "> goroutine(2): main.a()",
    ].join("\n"),
  );
  expect(trace.first.map(({ function: fn, depth, results }) => [fn, depth, results])).toEqual([
    ["main.a", 0, "()"],
    ["main.b", 1, undefined],
    ["main.a", 0, undefined],
  ]);
  expect(trace.first[1].arguments).toBe("(main.T {x: (2)})");
  expect(trace.otherLines).toBe(1);
});

test("is told from a log by its lines", () => {
  expect(isDlvTrace(log("trace-1.27"))).toBe(true);
  expect(isDlvTrace(log("dap-1.27"))).toBe(false);
  expect(isDlvTrace("")).toBe(false);
});

test("as Markdown: nothing that Delve or the program wrote is markup", () => {
  const hostile = '> goroutine(1): main.f("| <img src=x> [a](b) `c` *d*")\n>> goroutine(1): main.f => (1)\n';
  const text = delveMarkdown("x | <b>.log", hostile);
  expect(text).toContain('main.f("\\| &lt;img src=x\\> \\[a\\](b) \\`c\\` \\*d\\*")');
  expect(text).toContain("# x \\| &lt;b\\>.log");
});

test("a log as Markdown: errors with meaning, advice and rule; the life; requests", () => {
  const text = delveMarkdown("dap.log", log("dap-1.27"));
  const errors = text.split("\n").filter((line) => /^\| \d+ \| \d+ \|/.test(line));
  expect(errors).toEqual([
    "| 54 | 1 | evaluate: Unable to evaluate expression: could not find symbol value for nosuch | There is no variable of that name at this place, or the compiler removed it. | Choose another frame, or build without optimisation | build-flags |",
    "| 59 | 1 | setVariable: Unable to lookup variable: unknown reference 9999 | The client asked for a variable of an earlier stop: the program has gone on since. | Nothing needs to be done; expand the variable again |  |",
  ]);
  expect(text.split("\n").filter((line) => line.startsWith("| +") && line.includes("| launch |"))).toHaveLength(1);
});

test("what is neither is refused with what to do", () => {
  expect(() => delveMarkdown("x", "hello")).toThrow(/start Delve with --log/);
});
