/**
 * The arguments of a test binary, read as its flag parser reads them (package flag: parsing ends at `--` and at the
 * first word that is no flag; package testing: testing.go, Init). Flags that the tests define themselves are not known
 * here: where one of them leaves it open which word is its value, the reading ends.
 */
import { isBoolean } from "./go-flags.js";

export interface TestArgument {
  /** Of the word. */
  readonly index: number;
  /** Without dashes and value: `run`, or `args` for what only the go command knows. */
  readonly name: string;
  /** The word after it, where that is its value, included. */
  readonly text: string;
}

const SWITCHES = ["artifacts", "benchmem", "failfast", "fullpath", "short", "v"];
const NUMBERS: readonly string[] = [
  "blockprofilerate",
  "count",
  "fuzzminimizetime",
  "memprofilerate",
  "mutexprofilefraction",
  "parallel",
];
const DURATIONS = ["benchtime", "fuzztime", "timeout"];
const TEXTS =
  "bench blockprofile coverprofile cpu cpuprofile fuzz list memprofile mutexprofile outputdir run shuffle skip trace".split(
    " ",
  );
const VALUES = [...NUMBERS, ...DURATIONS, ...TEXTS];

export const TEST_FLAGS: readonly string[] = [...SWITCHES, ...VALUES];

/** Flags of `go test` that the test binary, which knows them as `-test.NAME` only, would come upon. */
export function goTestFlagsIn(words: readonly string[]): TestArgument[] {
  const found: TestArgument[] = [];
  for (let i = 0; i < words.length; i++) {
    const match = /^--?([^-=][^=]*)(?:=([^]*))?$/.exec(words[i]);
    if (!match) break;
    const [, written, inline] = match;
    const next = words.at(i + 1);
    const isTestFlag = written.startsWith("test.");
    const name = isTestFlag ? written.slice("test.".length) : written;
    if (written === "args") {
      found.push({ index: i, name: "args", text: words[i] });
      break;
    }
    if (!TEST_FLAGS.includes(name)) {
      // A flag of the tests: with a value in the next word, or without one.
      if (inline === undefined && next !== undefined && !/^--?(?:test\.)?[a-z]/.test(next)) break;
      continue;
    }
    const takesNext = VALUES.includes(name) && inline === undefined;
    if (!isTestFlag) {
      // -v=4 of glog is the tests' own: of -v 4 it is open what follows.
      if (!couldBe(name, inline ?? (takesNext || name === "v" ? next : undefined))) {
        if (inline === undefined) break;
        continue;
      }
      found.push({ index: i, name, text: takesNext && next !== undefined ? `${words[i]} ${next}` : words[i] });
    }
    if (takesNext) i++;
  }
  return found;
}

/** Whether the value is one that package testing takes: else the flag is the tests' own, such as -v=4 of glog. */
function couldBe(name: string, value: string | undefined): boolean {
  if (value === undefined || value.includes("${")) return true;
  if (name === "v") return !/^\d+$/.test(value);
  if (SWITCHES.includes(name)) return isBoolean(value);
  if (NUMBERS.includes(name)) return /^[+-]?\d+/.test(value);
  if (DURATIONS.includes(name)) return /^(?:[\d.]+(?:ns|us|µs|ms|s|m|h|x))+$|^0$/.test(value);
  return true;
}
