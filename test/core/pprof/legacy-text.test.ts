import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { framesOf } from "../../../src/core/profile/frames.js";
import { decodeProfile } from "../../../src/core/pprof/decode.js";
import { parseLegacyText } from "../../../src/core/pprof/legacy-text.js";
import type { Profile } from "../../../src/core/profile/profile.js";
import { costsOf } from "../../../src/core/views/report.js";
import { weightsOf } from "../../../src/core/profile/weights.js";
import { bytesOf } from "../../support/goroutine-lines.js";

const text = (name: string) => parseLegacyText(readFileSync(`test/fixtures/${name}`));
const protobuf = (name: string) => decodeProfile(gunzipSync(readFileSync(`test/fixtures/${name}`)));

const totals = ({ sampleTypes, samples }: Profile) =>
  Object.fromEntries(
    sampleTypes.map(({ type }, t) => [
      type,
      samples.values.reduce((sum, value, i) => (i % sampleTypes.length === t ? sum + value : sum), 0),
    ]),
  );

/** "flat cum" by function, of all functions that have any. */
function costs(profile: Profile, sampleType: number): Record<string, string> {
  const frames = framesOf(profile, "function");
  const { flat, cum } = costsOf(profile, frames, weightsOf(profile, sampleType));
  const rows = frames.name.map((name, i) => [name, `${flat[i]} ${cum[i]}`] as const);
  // Go's protobuf names type arguments, its texts write "[...]".
  return Object.fromEntries(
    rows
      .map(([name, values]) => [name.replace(/\[.*\]$/, "[...]"), values] as const)
      .filter(([, values]) => values !== "0 0"),
  );
}

// Totals by: go tool pprof -top -unit=B -sample_index=N FILE
test.each([
  [
    "dumps/heap-go1.26.8.debug1.txt",
    { alloc_objects: 23441, alloc_space: 53606003, inuse_objects: 5742, inuse_space: 9965299 },
  ],
  [
    "dumps/heap-go1.19.13.debug1.txt",
    { alloc_objects: 24628, alloc_space: 55185181, inuse_objects: 6786, inuse_space: 9965834 },
  ],
  ["profiles/app.goroutine.debug1.txt", { goroutine: 21 }],
  ["profiles/app.threadcreate.debug1.txt", { threadcreate: 6 }],
  ["profiles/app.block.debug1.txt", { contentions: 12001, delay: 393225154976 }],
  ["profiles/app.mutex.debug1.txt", { contentions: 6255, delay: 179330797272 }],
])("%s adds up to what go tool pprof says", (name, expected) => {
  const profile = text(name);
  expect(totals(profile)).toEqual(expected);
  expect(profile.warnings).toEqual([]);
});

test.each(["dumps/heap-go1.26.8", "dumps/heap-go1.19.13"])(
  "%s: every function costs what it costs in the protobuf of the same moment",
  (name) => {
    const [legacy, modern] = [text(`${name}.debug1.txt`), protobuf(`${name}.pb.gz`)];
    expect(legacy.sampleTypes).toEqual(modern.sampleTypes);
    for (const sampleType of [1, 3]) expect(costs(legacy, sampleType)).toEqual(costs(modern, sampleType));
  },
);

test("names and lines come from the comments behind each stack", () => {
  const profile = text("profiles/app.goroutine.debug1.txt");
  expect(costs(profile, 0)["main.main.func2"]).toBe("20 20");
  const lines = framesOf(profile, "line");
  expect(lines.line[lines.name.indexOf("main.main.func2")]).toBe(97);
});

// What becomes of tabs and "#" on the way through issues, chats and terminals; the values are those of the first form.
const POSTED = [
  "goroutine profile: total 3\n2 @ 0x10 0x20\n",
  '# labels: {"a":"b"}\n#\t0xf\tmain.f+0xf\t/src/a.go:12\n#\t0x1f\tmain.(*T).g+0x3\t/my src/b.go:3\n\n',
  "1 @ 0x30\n#\t0x2f\tmain.F[go.shape.struct { X int }]+0x4\tC:/src/c.go:4\n",
].join("");
test.each([
  ["as Go writes them", POSTED],
  ["tabs became spaces", POSTED.replaceAll("\t", "    ")],
  ["tabs became one space", POSTED.replaceAll("\t", " ")],
  ["# lost", POSTED.replaceAll("#", "")],
  ["# lost and tabs became spaces", POSTED.replaceAll("#", "").replaceAll("\t", "   ")],
  ["# and indent lost", POSTED.replace(/^#\s*/gm, "")],
  ["indented as code", POSTED.replace(/^(?=.)/gm, "    ")],
  ["indented with tabs", POSTED.replace(/^(?=.)/gm, "\t")],
  ["Windows line ends", POSTED.replaceAll("\n", "\r\n")],
])("names are read where %s", (_, body) => {
  const profile = read(body);
  const frames = framesOf(profile, "line");
  const names = frames.name.map((name, i) => `${name} ${frames.file[i]}:${frames.line[i]}`);
  expect(names.sort()).toEqual([
    "main.(*T).g /my src/b.go:3",
    "main.F[go.shape.struct { X int }] C:/src/c.go:4",
    "main.f /src/a.go:12",
  ]);
  expect([...profile.samples.values]).toEqual([2, 1]);
  expect(profile.samples.labels.count).toBe(1);
  expect(profile.warnings).toEqual([]);
});

test("MemStats without their # are comments all the same", () => {
  const body = "heap profile: 1: 512 [1: 512] @ heap/2\n1: 512 [1: 512] @ 0x10\n\n";
  const { comments, warnings } = read(`${body} runtime.MemStats\n Alloc = 12\n PauseNs = [1 2 3]\n`);
  expect([comments, warnings]).toEqual([["runtime.MemStats", "Alloc = 12", "PauseNs = [1 2 3]"], []]);
});

test("lines that are nothing are counted in one warning", () => {
  const { warnings } = read("goroutine profile: total 3\n" + "what?\n".repeat(1000) + "3 @ 0x10\n");
  expect(warnings.map(({ message }) => message)).toEqual([
    "1000 lines are neither a sample nor a comment, or say of no objects how large they are",
  ]);
});

test("labels are read", () => {
  const { samples, strings } = text("dumps/leak-debug1-go1.27.3.txt");
  const values = Array.from(samples.labels.string, (index) => strings.at(index));
  expect(values).toEqual(["1", "2", '3 and "more"']);
});

test("a heap text keeps its MemStats as comments", () => {
  const { comments } = text("dumps/heap-go1.26.8.debug1.txt");
  expect(comments.filter((line) => /^(runtime.MemStats|NumGC = )/.test(line))).toEqual([
    "runtime.MemStats",
    "NumGC = 9",
  ]);
});

const read = (body: string) => parseLegacyText(bytesOf(body));

test.each([
  [
    "heap/1048576 is sampled at half of that",
    "heap profile: 1: 512 [2: 1024] @ heap/1048576\n1: 512 [2: 1024] @ 0x10\n",
    [2049, 1049088, 1024, 524544],
  ],
  [
    "heap/2 is sampled at 1: not scaled",
    "heap profile: 1: 512 [2: 1024] @ heap/2\n1: 512 [2: 1024] @ 0x10\n",
    [2, 1024, 1, 512],
  ],
  [
    "heapz_v2 names the rate itself",
    "heap profile: 1: 512 [2: 1024] @ heapz_v2/524288\n1: 512 [2: 1024] @ 0x10\n",
    [2049, 1049088, 1024, 524544],
  ],
  [
    "heapprofile is not sampled",
    "heap profile: 1: 512 [2: 1024] @ heapprofile\n1: 512 [2: 1024] @ 0x10\n",
    [2, 1024, 1, 512],
  ],
  ["equal columns are objects and space", "heap profile: 1: 512 [1: 512] @ heap/2\n1: 512 [1: 512] @ 0x10\n", [1, 512]],
  ["cycles become nanoseconds", "--- contention:\ncycles/second=2000000000\n1000 3 @ 0x10\n", [3, 500]],
  [
    "a sampling period multiplies",
    "--- mutex:\ncycles/second=1000000000\nsampling period=10\n1000 3 @ 0x10\n",
    [30, 10000],
  ],
  ["custom counts", "net.conns profile: total 3\n3 @ 0x10 0x20\n", [3]],
  ["comments before the header", "\n# a comment\ngoroutine profile: total 3\n3 @ 0x10\n", [3]],
  ["Windows line ends", "goroutine profile: total 3\r\n3 @ 0x10\r\n", [3]],
])("%s", (_, body, values) => expect([...read(body).samples.values]).toEqual(values));

test("without comments, addresses are kept, on the call instead of behind it", () => {
  const { locations, samples } = read("goroutine profile: total 3\n3 @ 0x10 0x100000000\n");
  expect([...samples.stack]).toEqual([0, 1]);
  expect([...locations.addressLow]).toEqual([0xf, 0xffffffff]);
  expect([...locations.addressHigh]).toEqual([0, 0]);
});

test("several functions inlined at one address are several frames", () => {
  const comments = "#\t0xf\tmain.inner+0xf\t/a.go:1\n#\t0xf\tmain.outer+0xf\t/a.go:2\n";
  const profile = read(`goroutine profile: total 3\n3 @ 0x10\n${comments}`);
  expect(costs(profile, 0)).toEqual({ "main.inner": "3 3", "main.outer": "0 3" });
});

test.each([
  ["goroutine profile: total 3\nthree @ 0x10\n3 @ 0x10\n", [{ code: "legacy-sample", offset: 27 }]],
  ["heap profile: 0: 9 [0: 9] @ heap/2\n0: 9 [0: 9] @ 0x10\n", [{ code: "legacy-sample", offset: 35 }]],
  ["heap profile: 1: 9 [2: 18] @ heap/0\n1: 9 [2: 18] @ 0x10\n", [{ code: "no-sampling-rate", offset: 0 }]],
  ["goroutine profile: total 3\n99999999999999999999 @ 0x10\n", [{ code: "inexact", offset: 0 }]],
])("%j is read with warnings", (body, warnings) => {
  expect(read(body).warnings.map(({ code, offset }) => ({ code, offset }))).toEqual(warnings);
});

test("every prefix of a text is read", () => {
  const bytes = readFileSync("test/fixtures/dumps/heap-go1.26.8.debug1.txt");
  const whole = parseLegacyText(bytes).samples.count;
  for (let length = 60; length < bytes.length; length += 41) {
    expect(parseLegacyText(bytes.subarray(0, length)).samples.count).toBeLessThanOrEqual(whole);
  }
});

test("reads megabytes of samples without counting their offsets", () => {
  const sample = "1: 1 [1: 1] @\n";
  const { samples } = read("heap profile: 1: 2 [3: 4] @ heap/2\n" + sample.repeat(300_000));
  expect(samples.count).toBe(300_000);
});
