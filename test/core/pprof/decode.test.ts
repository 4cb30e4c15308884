import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeProfile } from "../../../src/core/pprof/decode.js";

const folder = "test/fixtures/profiles/";
const files = readdirSync(folder).filter((name) => name.endsWith(".pb.gz"));

test.each(files)("reads %s", (name) => {
  const profile = decodeProfile(gunzipSync(readFileSync(folder + name)));
  expect(profile.samples.count).toBeGreaterThan(0);
  expect(profile.strings.at(0)).toBe("");
});
