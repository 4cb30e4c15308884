/**
 * Large files, most of them one line: what a rule or an edit costs does not grow with all that lies before it.
 *
 * Work is measured in CPU time of this process, and only as a ratio: four times the text may cost up to eight times as much, not sixteen.
 */
import { describe, expect, test } from "vitest";
import { check } from "../../src/launch/check.js";
import { MAX_CHARS, MAX_VALUES } from "../../src/launch/document.js";
import { firstLineBreak, lineBreakBefore } from "../../src/launch/line-breaks.js";
import { NEWEST } from "../support/launch-case.js";

type Shape = (size: number) => string;

const times = (n: number, one: (i: number) => string) => Array.from({ length: n }, (_, i) => one(i)).join(",");
const launch = (configurations: string, rest = "") => `{"configurations":[${configurations}]${rest}}`;
const go = (rest: string) => `{"name":"c","type":"go","request":"launch","program":"."${rest}}`;

/** Sizes at which what is quadratic outweighs what is not. */
const shapes: ReadonlyArray<readonly [name: string, size: number, shape: Shape]> = [
  ["findings with fixes", 300, (n) => launch(times(n, () => go(',"mode":"debgu","progam":"x"')))],
  ["equal keys", 1000, (n) => launch(go("," + times(n, () => '"env":{}')))],
  ["many keys", 12_000, (n) => launch(go(',"env":{' + times(n, (i) => `"k${i}":"v"`) + "}"))],
  ["glued words", 3000, (n) => launch(go(',"args":[' + times(n, (i) => `"-x y${i}"`) + "]"))],
  ["broken configurations", 500, (n) => launch(times(n, () => '{"name" "c","type":"go","request":"launch"}'))],
  [
    "compounds",
    300,
    (n) =>
      launch(
        times(n, (i) => `{"name":"c${i}","type":"go","request":"launch","program":"."}`),
        `,"compounds":[${times(n, (i) => `{"name":"d${i}","configurations":["c${i}","e${i}"]}`)}]`,
      ),
  ],
];

describe("four times the text", () => {
  test.each(shapes)("%s: costs less than eight times as much", (_, size, shape) => {
    const [small, large] = [shape(size), shape(4 * size)];
    cost(small); // compiles the code
    const ratio = Math.min(...[1, 2, 3].map(() => cost(large) / cost(small)));
    expect(ratio).toBeLessThan(8);
  });

  /** CPU microseconds for findings with their titles, as the command line and the editor show them. */
  function cost(text: string): number {
    const before = process.cpuUsage();
    expect(check(text, "launch", NEWEST)).not.toBe(undefined);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  }
});

test("edits are right where they are asked for late, after another text was looked at", () => {
  const [first] = check('{\r\n\t"configurations":[' + go(',"progam":"x"') + "]\r\n}", "launch", NEWEST);
  check("\n\n{}", "launch", NEWEST);
  expect(first.fix?.edits).toEqual(
    check('{\r\n\t"configurations":[' + go(',"progam":"x"') + "]\r\n}", "launch", NEWEST)[0].fix?.edits,
  );
});

test.each([
  ["characters", launch(go(`,"args":"${" ".repeat(MAX_CHARS)}"`))],
  ["values", launch(times(MAX_VALUES, () => "1"))],
])("a file with too many %s is refused, and nothing else is said of it", (_, text) => {
  expect(check(text, "launch", NEWEST).map(({ rule }) => rule)).toEqual(["too-large"]);
});

test("comments and blanks count for nothing", () => {
  const text = `{${" ".repeat(MAX_CHARS)}/*${"x".repeat(MAX_CHARS)}*/"configurations":[${go(',"progam":"x"')}]}`;
  expect(check(text, "launch", NEWEST).map(({ rule }) => rule)).toEqual(["unknown-attribute"]);
});

test("the largest file that is checked is checked whole", () => {
  const text = launch(go(',"progam":"x"') + "," + times(MAX_VALUES / 2, () => "1"));
  expect(check(text, "launch", NEWEST).map(({ rule }) => rule)).toContain("unknown-attribute");
});

test.each([
  ["", 0, -1, -1],
  ["a\nb\nc", 1, -1, 1],
  ["a\nb\nc", 2, 1, 1],
  ["a\nb\nc", 5, 3, 1],
])("%j: before %i the last line break is at %i", (text, offset, before, first) => {
  expect(lineBreakBefore(text, offset)).toBe(before);
  expect(firstLineBreak(text)).toBe(first);
});
