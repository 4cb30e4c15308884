import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Profile } from "../../../src/core/profile/profile.js";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import { encodeProfile } from "../../../src/core/pprof/encode.js";
import { randomProfile } from "../../support/random-profile.js";
import { randomFrom } from "../../support/random.js";
import { firstDifference, readableByUs } from "../../support/readable-profile.js";

const folder = "test/fixtures/profiles";
const fixtures = readdirSync(folder).filter((name) => name.endsWith(".pb.gz"));
const read = (name: string) => decodeProfile(gunzipSync(readFileSync(join(folder, name))));

/** Without what is done later or differs by design: lazy strings, and warnings about what is no longer there. */
const plain = (profile: Profile) => ({
  ...profile,
  strings: Array.from({ length: profile.strings.length }, (_, index) => profile.strings.at(index)),
  warnings: undefined,
});

describe("written and read again, it is equal", () => {
  test.each(fixtures)("%s", (name) => {
    const profile = read(name);
    const again = decodeProfile(encodeProfile(profile));
    expect(firstDifference(readableByUs(again), readableByUs(profile))).toBeUndefined();
    expect(again.samples.stack.length).toBe(profile.samples.stack.length);
  });

  test("random profiles, table by table", () => {
    for (let seed = 1000; seed < 1200; seed++) {
      const profile = decodeProfile(randomProfile(randomFrom(seed)));
      const again = decodeProfile(encodeProfile(profile));
      expect(isDeepStrictEqual(plain(again), plain(profile)), `seed ${seed}`).toBe(true);
    }
  });
});

test("a profile made of parts brings its own strings", () => {
  const profile = read("app.goroutine.pb.gz");
  const changed = { ...profile, comments: ["new", "", "new"], docUrl: "https://example.com", dropFrames: "a|b" };
  expect(decodeProfile(encodeProfile(changed))).toMatchObject({
    comments: ["new", "", "new"],
    docUrl: "https://example.com",
    dropFrames: "a|b",
  });
});

// Needs Go: `go tool pprof` is the reader that matters.
test.each(["app.heap.pb.gz", "gopls.block.pb.gz", "deep.cpu.pb.gz", "app.goroutine.pb.gz"])(
  "go tool pprof reads the same from %s",
  (name) => {
    const scratch = mkdtempSync(join(tmpdir(), "encode-"));
    try {
      const written = join(scratch, name.replace(".gz", ""));
      writeFileSync(written, encodeProfile(read(name)));
      expect(raw(written)).toBe(raw(join(folder, name)));
    } finally {
      rmSync(scratch, { recursive: true });
    }
  },
);

function raw(file: string): string {
  return execFileSync("go", ["tool", "pprof", "-raw", "-symbolize=none", file], { encoding: "utf8", stdio: "pipe" });
}
