import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openProfile } from "../../../src/core/open.js";
import { isLegacyCpu, readLegacyCpu } from "../../../src/core/pprof/legacy-cpu.js";
import { readMemoryMap } from "../../../src/core/pprof/memory-map.js";
import { parseLegacyTexts } from "../../../src/core/pprof/legacy-text.js";
import { sectionsOf } from "../../support/golden.js";
import { bytesOf } from "../../support/goroutine-lines.js";
import { rawOfProfile, rawOfText } from "../../support/raw-profile.js";

const fixture = (name: string) => new Uint8Array(readFileSync(`test/fixtures/gperftools/${name}`));

test.each(sectionsOf("gperftools"))(
  "$command: every sample and mapping as go tool pprof has it",
  ({ profile, text }) => {
    const read = openProfile(new Uint8Array(readFileSync(`test/fixtures/${profile}`)));
    const expected = rawOfText(text);
    expect(Object.keys(expected.samples).length).toBeGreaterThan(3);
    expect(rawOfProfile(read)).toEqual(expected);
    expect(read.warnings).toEqual([]);
  },
);

describe("jemalloc", () => {
  // jeprof 5.3.0 --text --show_bytes --inuse_space: Total 23571663 B; --alloc_space 33843093 B; --alloc_objects 4239
  test("heap_v2 adds up to what its own jeprof says", () => {
    const profile = openProfile(fixture("jemalloc.heap"));
    expect(profile.sampleTypes.map(({ type }) => type)).toEqual([
      "alloc_objects",
      "alloc_space",
      "inuse_objects",
      "inuse_space",
    ]);
    const totals = [0, 1, 2, 3].map((type) =>
      profile.samples.values.reduce((sum, value, i) => (i % 4 === type ? sum + value : sum), 0),
    );
    // jeprof rounds once, at the end.
    const rounding = profile.samples.count;
    expect(Math.abs(totals[0] - 4239)).toBeLessThanOrEqual(rounding);
    expect(Math.abs(totals[1] - 33843093)).toBeLessThanOrEqual(rounding);
    expect(Math.abs(totals[3] - 23571663)).toBeLessThanOrEqual(rounding);
    expect(profile.warnings).toEqual([]);
    expect(profile.mappings[0].filename).toBe("jeprog");
  });
});

describe("binary CPU profiles", () => {
  const words = (size: 4 | 8, isLittle: boolean, ...values: number[]) => {
    const bytes = new Uint8Array(values.length * size);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) =>
      size === 8 ? view.setBigUint64(i * 8, BigInt(value), isLittle) : view.setUint32(i * 4, value, isLittle),
    );
    return bytes;
  };

  test.each([
    [4, true],
    [4, false],
    [8, true],
    [8, false],
  ] as const)("words of %i bytes, little endian: %s", (size, isLittle) => {
    const bytes = words(size, isLittle, 0, 3, 0, 10000, 0, 7, 2, 0x10, 0x21, 1, 1, 0x10, 0, 1, 0);
    expect(isLegacyCpu(bytes)).toBe(true);
    const { samples } = rawOfProfile(readLegacyCpu(bytes));
    expect(samples).toEqual({ "10 20 ": "7 70000000", "10 ": "1 10000000" });
  });

  test("one that was cut off is read up to there, and says so", () => {
    const profile = readLegacyCpu(fixture("gobench.cpu").subarray(0, 1000));
    expect(profile.samples.count).toBeGreaterThan(10);
    expect(profile.warnings.map(({ code }) => code)).toEqual(["truncated"]);
  });

  test("one of Java is named", () => {
    expect(() => readLegacyCpu(words(8, true, 0, 3, 1, 10000, 0, 0, 1, 0))).toThrow(/CPU profile of a Java program/);
  });
});

test.each([
  ["00400000-00e3e000 r-xp 00000000 fd:01 123  /home/cppbench", "400000-e3e000+0 /home/cppbench"],
  ["  400000-500000: /bin/main (@ff00) abc123", "400000-500000+ff00 /bin/main"],
  ["build=/opt/x\n0x10000-0x20000 r-xp 0 00:00 0 $build/main", "10000-20000+0 /opt/x/main"],
  ["00400000-00500000 rw-p 00000000 fd:01 1 /bin/data", ""],
  [
    "1000-2000 r-xp 0 0:0 1 /lib/c.so\n400000-500000 r-xp 0 0:0 2 /bin/main",
    "400000-500000+0 /bin/main 1000-2000+0 /lib/c.so",
  ],
  ["1000-2000 r-xp 0 0:0 1 /bin/m\n2000-3000 r-xp 1000 0:0 1 /bin/m", "1000-3000+0 /bin/m"],
  ["no map at all", ""],
])("the memory map %j", (text, drawn) => {
  const mappings = readMemoryMap(text.split("\n"));
  const hex = (value: bigint) => value.toString(16);
  expect(mappings.map((m) => `${hex(m.start)}-${hex(m.limit)}+${hex(m.fileOffset)} ${m.filename}`).join(" ")).toBe(
    drawn,
  );
});

test.each([
  ["goroutine profile: total 3\n3 @ 0x10\n", "goroutine profile: total 5\n4 @ 0x10\n1 @ 0x20\n", [[3], [4, 1]]],
  [
    "heap profile: 1: 512 [1: 512] @ heap/2\n1: 512 [1: 512] @ 0x10\nMAPPED_LIBRARIES:\n400000-500000: /bin/main\n",
    "heap profile: 2: 512 [2: 512] @ heap/2\n2: 512 [2: 512] @ 0x10\n",
    [
      [1, 512],
      [2, 512],
    ],
  ],
])("two texts, one after the other, are two profiles: %j", (first, second, values) => {
  const both = bytesOf(first + second);
  expect(parseLegacyTexts(both).map(({ samples }) => [...samples.values])).toEqual(values);
  const read = openProfile(both);
  expect([...read.samples.values]).toEqual(values[1]);
  expect(read.warnings.map(({ message }) => message)).toEqual([
    "the text holds 2 profiles, one after the other: the last of them is read",
  ]);
});
