/**
 * Sets of UTF-16 code units as sorted ranges: what one place of a pattern accepts (`[a-z]`, `\w`, `.`).
 *
 * `ranges` holds pairs, first and last unit, ascending and apart from each other.
 */
export type UnitSet = readonly number[];

const LAST_UNIT = 0xffff;

export const DIGITS: UnitSet = [0x30, 0x39];
export const WORD: UnitSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
/** JavaScript's white space and line ends. */
export const SPACE: UnitSet = [
  ...[0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029],
  ...[0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff],
];
export const LINE_ENDS: UnitSet = [0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029];
export const EVERY: UnitSet = [0, LAST_UNIT];

/** The union of ranges in any order. */
export function united(ranges: readonly number[]): UnitSet {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i], ranges[i + 1]]);
  pairs.sort((a, b) => a[0] - b[0]);
  const set: number[] = [];
  for (const [from, to] of pairs) {
    if (set.length > 0 && from <= set[set.length - 1] + 1) set[set.length - 1] = Math.max(set[set.length - 1], to);
    else set.push(from, to);
  }
  return set;
}

export function without(set: UnitSet): UnitSet {
  const rest: number[] = [];
  let next = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (set[i] > next) rest.push(next, set[i] - 1);
    next = set[i + 1] + 1;
  }
  if (next <= LAST_UNIT) rest.push(next, LAST_UNIT);
  return rest;
}

export function contains(set: UnitSet, unit: number): boolean {
  let low = 0;
  let high = set.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[2 * middle + 1] < unit) low = middle + 1;
    else high = middle;
  }
  return 2 * low < set.length && set[2 * low] <= unit;
}

/** The set with all units that differ from one of its own in nothing but case, as JavaScript's flag `i` compares. */
export function foldCase(set: UnitSet): UnitSet {
  const isAscii = set.length === 0 || set[set.length - 1] < 0x80;
  const groups = isAscii ? ASCII_CASES : (allCases ??= caseGroups(LAST_UNIT));
  const added = groups.filter((group) => group.some((unit) => contains(set, unit))).flat();
  return united([...set, ...added.flatMap((unit) => [unit, unit])]);
}

/** The units of a Unicode property of Go's (`\pL`, `\p{Greek}`); undefined when there is none of that name. */
export function unitsOfProperty(name: string): UnitSet | undefined {
  const test = propertyTest(name) ?? propertyTest(`Script=${name}`);
  if (test === undefined) return undefined;
  const set: number[] = [];
  for (let unit = 0; unit <= LAST_UNIT; unit++) {
    if (!test.test(String.fromCharCode(unit))) continue;
    if (set.length > 0 && set[set.length - 1] === unit - 1) set[set.length - 1] = unit;
    else set.push(unit, unit);
  }
  return set;
}

function propertyTest(property: string): RegExp | undefined {
  try {
    return /^[\w=]+$/.test(property) ? new RegExp(`^\\p{${property}}$`, "u") : undefined;
  } catch {
    return undefined;
  }
}

/** Units that are the same but for their case, where there are several. ECMA-262, Canonicalize without flag `u`. */
function caseGroups(last: number): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (let unit = 0; unit <= last; unit++) {
    const upper = String.fromCharCode(unit).toUpperCase();
    const folded = upper.charCodeAt(0);
    const key = upper.length !== 1 || (unit >= 0x80 && folded < 0x80) ? unit : folded;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [unit]);
    else group.push(unit);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

const ASCII_CASES = caseGroups(0x7f);
let allCases: readonly (readonly number[])[] | undefined;
