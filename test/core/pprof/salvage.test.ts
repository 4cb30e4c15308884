import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { FormatError } from "../../../src/core/text/format-error.js";
import { framesOf, stacksOf } from "../../../src/core/profile/frames.js";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import { salvage } from "../../../src/core/pprof/salvage.js";
import { mutated } from "../../support/mutate.js";
import { randomFrom } from "../../support/random.js";
import { writtenProfile } from "../../support/written-profile.js";

const whole = (name: string) => new Uint8Array(gunzipSync(readFileSync(`test/fixtures/profiles/${name}.pb.gz`)));

/** The stacks as they are shown, leaf last, with their first value. */
function shown(bytes: Uint8Array): string[] {
  const profile = decodeProfile(bytes);
  const frames = framesOf(profile, "function");
  const { start, frame } = stacksOf(profile, frames);
  return Array.from({ length: profile.samples.count }, (_, sample) => {
    const stack = Array.from(frame.subarray(start[sample], start[sample + 1]), (one) => frames.name[one]);
    return `${stack.join(";")} ${profile.samples.values[sample * profile.sampleTypes.length]}`;
  });
}

test.each(["app.heap", "app.goroutine", "gopls.cpu"])("nothing of %s is lost while it is whole", (name) => {
  const saved = salvage(whole(name));
  expect(saved?.lostNames).toBe(0);
  expect(shown(saved!.bytes)).toEqual(shown(whole(name)));
});

test("stacks before the damage keep their names where those are there", () => {
  // As google/pprof writes: samples, locations, functions, then the texts.
  const bytes = writtenProfile([
    ["main.main", "main.left"],
    ["main.main", "main.right"],
  ]);
  const cut = salvage(bytes.subarray(0, Buffer.from(bytes).indexOf("main.right.go")));
  expect(cut).toMatchObject({ samples: 2, lostNames: 1 });
  expect(shown(cut!.bytes)).toEqual(["main.main;main.left 1024", "main.main;0x0 1024"]);
});

test("a profile of a Go program loses its names first, and shows addresses then", () => {
  const bytes = whole("app.heap");
  const saved = salvage(bytes.subarray(0, Math.floor(bytes.length * 0.5)))!;
  expect(saved.samples).toBeGreaterThan(20);
  expect(saved.lostNames).toBeGreaterThan(20);
  expect(decodeProfile(saved.bytes).sampleTypes.map(({ type }) => type)).toEqual(
    [1, 2, 3, 4].map((at) => `value ${at} (name lost)`),
  );
  const stacks = shown(saved.bytes);
  expect(stacks.length).toBe(saved.samples);
  for (const stack of stacks) expect(stack).toMatch(/^(0x[0-9a-f]+;)*0x[0-9a-f]+ -?\d+$/);
});

test("of every beginning of a file all that is whole decodes, and the more the longer it is", () => {
  const bytes = writtenProfile(Array.from({ length: 5 }, (_, i) => ["main.main", `main.f${i}`]));
  let before = 0;
  for (let length = 0; length <= bytes.length; length++) {
    const saved = salvage(bytes.subarray(0, length));
    const count = saved === undefined ? 0 : decodeProfile(saved.bytes).samples.count;
    expect(count).toBeGreaterThanOrEqual(before);
    before = count;
  }
  expect(before).toBe(5);
});

test("whatever is broken, what is saved decodes or is refused in words", () => {
  const bytes = whole("gopls.cpu").subarray(0, 6000);
  const random = randomFrom(7);
  let decoded = 0;
  for (let i = 0; i < 400; i++) {
    const saved = salvage(mutated(bytes, random));
    if (!saved) continue;
    try {
      expect(decodeProfile(saved.bytes).samples.count).toBe(saved.samples);
      decoded++;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
  expect(decoded).toBeGreaterThan(100);
});
