/** `godiag diagnose` of a fleet and `godiag push`, as a shell sees them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import type { Diagnosis } from "../../src/core/diagnosis/diagnosis.js";
import { type StandIn, startStandIn } from "../support/engine-stand-in.js";
import { LEAK_FUNCTION, plantFleet } from "../support/planted-fleet.js";
import { testTerminal } from "../support/terminal.js";

let engine: StandIn;
let folder: string;
const shape = { points: 12, intervalMs: 60_000, endMs: Date.now() - 5000 };
const planted = plantFleet({ ...shape, service: "shop", instances: 20, leaking: 5 });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "godiag-fleet-"));
  engine = await startStandIn();
  for (const { labels, bytes } of planted) engine.keep(labels, bytes);
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
});

async function godiag(...args: string[]) {
  const terminal = testTerminal({ cwd: folder });
  const code = await run(args, terminal);
  return { code, ...terminal.written };
}
const target = () => `pyroscope+${engine.url}?selector={service_name="shop"}`;

test("a fleet: text, JSON, SARIF and exit code", async () => {
  const files = ["--json", "out.json", "--sarif", "out.sarif"];
  const { code, out } = await godiag("diagnose", target(), "--since", "30m", "--fail-on", "confirmed", ...files);
  expect(code).toBe(1);
  expect(out).toMatch(/^Leak: 1 place keeps growing \(pyroscope\+http:/);
  expect(out).toMatch(/It leaks in 5 of 20 instances \(pod\), [\d.]+MB a minute each/);
  const json = JSON.parse(readFileSync(join(folder, "out.json"), "utf8")) as Diagnosis;
  expect(json.findings[0]).toMatchObject({
    function: LEAK_FUNCTION,
    instances: { by: "pod", total: 20, label: { name: "version", value: "1.4.2" } },
  });
  expect(readFileSync(join(folder, "out.sarif"), "utf8")).toContain("src/orders/book.go");
});

test("what was known in a baseline does not fail", async () => {
  await godiag("diagnose", target(), "--since", "30m", "--json", "base.json");
  const { code, out } = await godiag(
    "diagnose",
    target(),
    "--since",
    "30m",
    "--baseline",
    "base.json",
    "--fail-on",
    "suspect",
  );
  expect(out).toContain("[unchanged since baseline]");
  expect(code).toBe(0);
});

test("a new version against the old one, and against itself", async () => {
  const compare = (only: string, against: string) =>
    godiag(
      "diagnose",
      target(),
      "--since",
      "30m",
      "--only",
      `version=${only}`,
      "--against",
      `version=${against}`,
      "--fail-on",
      "suspect",
    );
  const fresh = await compare("1.4.2", "1.4.1");
  expect(fresh.out).toContain(`confirmed: ${LEAK_FUNCTION}  [new since baseline]`);
  expect(fresh.out).toContain("Compared with the 15 instances of version=1.4.1, which have no finding");
  expect(fresh.code).toBe(1);
  expect((await compare("1.4.1", "1.4.2")).code).toBe(0);
  expect((await compare("1.4.2", "1.4.2")).out).toContain("[unchanged since baseline]");
  expect((await compare("1.4.3", "1.4.1")).err).toBe(
    `godiag: cannot compare instances of pyroscope+${engine.url} {service_name="shop"}: no instance has version=1.4.3. Name one of: 1.4.2, 1.4.1\n`,
  );
});

test.each([
  [["--since", "6"], /It must be a duration from 1m to 30d/],
  [["--points", "3"], /It must be a whole number from 5 to 60/],
  [["--only", "version"], /It must be of the form label=value/],
  [["--by", "shard"], /they have no label shard\. Name one with --by: .*pod/],
])("%j is one sentence", async (options, words) => {
  const { code, err } = await godiag("diagnose", target(), ...options);
  expect([code, err.split("\n").length]).toEqual([2, 2]);
  expect(err).toMatch(words);
});

test("profiles are pushed with their labels, and what is none is told", async () => {
  writeFileSync(join(folder, "heap.pb.gz"), planted[0].bytes);
  writeFileSync(join(folder, "none.pb.gz"), "no profile");
  for (const kind of ["pyroscope", "parca"]) {
    const label = kind === "parca" ? "job=pushed" : "service_name=pushed";
    const to = `${kind}+${engine.url}`;
    const { code, out } = await godiag(
      "push",
      "heap.pb.gz",
      "none.pb.gz",
      "--to",
      to,
      "--label",
      label,
      "--label",
      "pod=z",
      "--json",
    );
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ pushed: 1, rejected: [{ file: "none.pb.gz" }] });
  }
  expect((await godiag("push", "heap.pb.gz", "--to", `parca+${engine.url}`)).err).toMatch(
    /heap\.pb\.gz was not taken: no label job says which program it is of\. Give --label job=NAME/,
  );
});
