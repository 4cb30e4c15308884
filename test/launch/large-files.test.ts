/**
 * Large files, most of them one line: what a rule or an edit costs does not grow with all that lies before it.
 *
 * Work is measured in CPU time of this process, and only as a ratio: four times the text may cost up to eight times as much, not sixteen.
 */
import { describe, expect, test } from "vitest";
import { check, fixAll } from "../../src/launch/check.js";
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
    expect(ratio(size, shape, (text) => check(text, "launch", NEWEST))).toBeLessThan(8);
  });

  // A fix may write its whole list again: shapes with all of their findings in one list are left out.
  test.each(shapes.filter(([name]) => !["glued words", "many keys"].includes(name)))(
    "%s: fixing all, and the edits of each finding, too",
    (_, size, shape) => {
      const editsOfEach = (text: string) =>
        check(text, "launch", NEWEST).map(({ fix, alternatives }) => [
          fix?.edits,
          alternatives?.map(({ edits }) => edits),
        ]);
      expect(ratio(size, shape, editsOfEach)).toBeLessThan(8);
      expect(ratio(size, shape, (text) => fixAll(text, "launch", NEWEST))).toBeLessThan(8);
    },
  );

  function ratio(size: number, shape: Shape, work: (text: string) => unknown): number {
    const [small, large] = [shape(size), shape(4 * size)];
    cost(small, work); // compiles the code
    return Math.min(...[1, 2, 3].map(() => cost(large, work) / cost(small, work)));
  }

  /** CPU microseconds. */
  function cost(text: string, work: (text: string) => unknown): number {
    const before = process.cpuUsage();
    expect(work(text)).not.toBe(undefined);
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

const WRONG = go(',"progam":"x"');
test.each([
  ["characters", go(`,"args":"${" ".repeat(MAX_CHARS)}"`)],
  ["values", go(`,"env":{${times(MAX_VALUES, (i) => `"k${i}":"v"`)}},"progam":"x"`)],
])("of a file with too many %s the beginning is checked, up to a configuration that is too large", (_, large) => {
  const found = check(launch(`${WRONG},${large},${WRONG}`), "launch", NEWEST);
  expect(found.map(({ rule }) => rule)).toEqual(["too-large", "unknown-attribute"]);
  expect(found[1].fix?.edits).toEqual(check(launch(WRONG), "launch", NEWEST)[0].fix?.edits);
});

test("twenty megabytes in one line are fixed as far as they were read, and stay whole", () => {
  const text = launch(times(90_000, () => WRONG));
  const { text: after, left } = fixAll(text, "launch", NEWEST);
  expect(left.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["too-large"]));
  expect(JSON.parse(after)).toMatchObject({ configurations: { length: 90_000 } });
});

test("settings with too much in them are checked as well", () => {
  const text = `{"go.x":{"a":{}},"launch":${launch(`${WRONG},${times(MAX_VALUES, () => "1")}`)},"z":{"b":{}}}`;
  expect(check(text, "settings", NEWEST).map(({ rule }) => rule)).toEqual(["too-large", "unknown-attribute"]);
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
