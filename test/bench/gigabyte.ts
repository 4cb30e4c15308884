/**
 * Decodes a profile of more than 1 GB, made of a smaller one by repeating its samples, which the format allows.
 * Run by size.ts with that smaller one; prints JSON.
 */
import { readFileSync } from "node:fs";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { outlineOf, SAMPLE } from "../../src/core/pprof/outline.js";
import { WireCursor } from "../../src/core/pprof/wire.js";

const bytes = new Uint8Array(readFileSync(process.argv[2]));
const outline = outlineOf(new WireCursor(bytes));
const samples = bytes.subarray(outline.first[SAMPLE], outline.last[SAMPLE]);
const copies = Math.ceil((1e9 - bytes.length) / samples.length);
const gigabyte = new Uint8Array(bytes.length + copies * samples.length);
gigabyte.set(bytes);
for (let copy = 0; copy < copies; copy++) gigabyte.set(samples, bytes.length + copy * samples.length);

const before = process.cpuUsage();
const profile = decodeProfile(gigabyte);
const { user, system } = process.cpuUsage(before);
const { stack, stackStart, values } = profile.samples;
console.log(
  JSON.stringify({
    cold: (user + system) / 1000,
    sizeBytes: gigabyte.length,
    samples: profile.samples.count,
    keptBytes: stack.byteLength + stackStart.byteLength + values.byteLength,
  }),
);
