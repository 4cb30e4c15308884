/** The commands on a profile, as typed: their JSON is a contract, their text is for people. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { run } from "../../src/cli/main.js";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { encodeProfile } from "../../src/core/pprof/encode.js";
import { profileOf } from "../support/folded.js";
import { fixtures } from "../support/golden.js";
import { testTerminal } from "../support/terminal.js";

const work = mkdtempSync(join(tmpdir(), "godiag-test-"));
const space = {
  sampleTypes: [
    { type: "objects", unit: "count" },
    { type: "space", unit: "bytes" },
  ],
};
const write = (name: string, folded: string) =>
  writeFileSync(join(work, name), encodeProfile(profileOf(folded, space)));
write(
  "now.pb",
  "main@m.go:3;serve@s.go:5;read@r.go:7 1 3072 {tenant=blue}\nmain@m.go:3;serve@s.go:6 2 1024\nmain@m.go:4;gc@r.go:9 3 512",
);
write("then.pb", "main@m.go:3;serve@s.go:5;read@r.go:7 1 1024\nmain@m.go:4;old@r.go:8 1 2048");
write("idle.pb", "main@m.go:3;labels.(*Builder).Labels@l.go:5 5 0");
writeFileSync(join(work, "s.go"), "package s\n\n\n\nfunc serve() {\n\tread()\n");

async function godiag(line: string, world: { cwd?: string; stdin?: Uint8Array } = {}) {
  const terminal = testTerminal({ cwd: work, ...world });
  const code = await run(line.split(" ").filter(Boolean), terminal);
  return { code, ...terminal.written, json: () => JSON.parse(terminal.written.out) as Record<string, unknown> };
}

describe("--json", () => {
  test("info", async () => {
    expect((await godiag("info now.pb --json")).json()).toEqual({
      format: "pprof",
      sampleTypes: space.sampleTypes,
      defaultSampleType: "space",
      samples: 3,
      locations: 6,
      functions: 4,
      mappings: 0,
      strings: 14,
      labels: { tenant: 1 },
      timeNanos: 0,
      durationNanos: 0,
      period: 0,
      comments: [],
      warnings: [],
    });
  });

  test("top", async () =>
    expect((await godiag("top now.pb --json --limit 2")).json()).toEqual({
      sampleType: { type: "space", unit: "bytes" },
      total: 4608,
      rows: [
        { name: "read", file: "r.go", flat: 3072, cum: 3072 },
        { name: "serve", file: "s.go", flat: 1024, cum: 4096 },
      ],
      warnings: [],
    }));

  test("top by line, by cum, of another sample type, filtered", async () =>
    expect(
      (await godiag("top now.pb --json --by line --sort cum --sample objects --focus serve")).json(),
    ).toMatchObject({
      sampleType: { type: "objects", unit: "count" },
      total: 6,
      rows: [
        { name: "main", file: "m.go", line: 3, flat: 0, cum: 3 },
        { name: "serve", file: "s.go", line: 6, flat: 2, cum: 2 },
        { name: "read", file: "r.go", line: 7, flat: 1, cum: 1 },
        { name: "serve", file: "s.go", line: 5, flat: 0, cum: 1 },
      ],
    }));

  test("top says which filter matched nothing", async () =>
    expect((await godiag("top now.pb --json --focus nowhere --label none")).json()).toMatchObject({
      rows: [],
      warnings: [{ code: "no-match", message: "--focus matched nothing" }, { message: "--label matched nothing" }],
    }));

  test("top of a default type without data", async () => {
    const top = (await godiag("top idle.pb --json")).json();
    expect(top).toMatchObject({ sampleType: { type: "objects", unit: "count" }, total: 5 });
    expect(top).toMatchObject({ warnings: [{ code: "empty-type" }] });
    const { err } = await godiag("top idle.pb");
    expect(err).toBe(
      "godiag: warning: space is zero in every sample; objects is shown instead. Types with data: objects\n",
    );
    expect((await godiag("top idle.pb --sample space")).err).toContain("Types with data: objects");
  });

  test("a method's name as a pattern", async () => {
    const { rows } = (await godiag("peek idle.pb labels.(*Builder).Labels --json")).json() as { rows: unknown[] };
    expect(rows).toMatchObject([{ name: "labels.(*Builder).Labels" }]);
  });

  test("peek", async () =>
    expect((await godiag("peek now.pb serve --json")).json()).toMatchObject({
      rows: [
        {
          name: "serve",
          flat: 1024,
          cum: 4096,
          callers: [{ name: "main", value: 4096 }],
          callees: [{ name: "read", value: 3072 }],
        },
      ],
    }));

  test("list, with the source where it is", async () => {
    write("here.pb", `main@m.go:3;serve@${join(work, "s.go")}:6 1 10`);
    expect((await godiag("list here.pb serve --json")).json()).toMatchObject({
      files: [{ file: join(work, "s.go"), lines: [{ line: 6, flat: 10, cum: 10, text: "\tread()" }] }],
    });
  });

  test("diff", async () =>
    expect((await godiag("diff then.pb now.pb --json")).json()).toMatchObject({
      sampleType: { type: "space", unit: "bytes" },
      rows: [
        { name: "old", flat: -2048, cum: -2048, baseFlat: 2048, baseCum: 2048 },
        { name: "read", flat: 2048, cum: 2048, baseFlat: 1024, baseCum: 1024 },
        { name: "serve", flat: 1024, cum: 3072, baseFlat: 0, baseCum: 1024 },
        { name: "gc", flat: 512, cum: 512, baseFlat: 0, baseCum: 0 },
        { name: "main", flat: 0, cum: 1536, baseFlat: 0, baseCum: 3072 },
      ],
    }));

  test("an error is one document too", async () => {
    const { code, out, err } = await godiag("top nowhere.pb --json");
    expect([code, JSON.parse(out)]).toMatchObject([2, { error: { code: "no-file" } }]);
    expect(err).toBe("godiag: cannot read nowhere.pb: there is no such file. Check the path\n");
  });
});

describe("for people", () => {
  test.each([
    "info now.pb",
    "top now.pb",
    "top now.pb --by line",
    "top now.pb --base then.pb",
    "peek now.pb serve",
    "list now.pb .",
    "diff then.pb now.pb",
  ])("%s", async (line) => {
    const { code, out, err } = await godiag(line);
    expect([code, err]).toEqual([0, ""]);
    await expect(out).toMatchFileSnapshot(`../fixtures/cli/${line.replaceAll(/[^a-z.]+/g, "-")}.txt`);
  });

  test("names of a profile cannot move the cursor", async () => {
    write("evil.pb", "\u001b[2Jmain@m.go:1 1 1");
    expect((await godiag("top evil.pb")).out).not.toContain("\u001b");
  });
});

describe("input", () => {
  test("standard input", async () =>
    expect((await godiag("top - --json", { stdin: readFileSync(join(work, "now.pb")) })).json()).toMatchObject({
      total: 4608,
    }));

  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(), "empty"],
    ["an error page", Buffer.from("<!DOCTYPE html><html><body>404</body></html>"), "html"],
    ["half a gzip", readFileSync(join(fixtures, "profiles/app.heap.pb.gz")).subarray(0, 20_000), "truncated"],
    ["half a profile", readFileSync(join(work, "now.pb")).subarray(0, 60), "truncated"],
  ])("%s is one clear sentence", async (_, stdin, code) => {
    const { code: exit, json, err } = await godiag("info - --json", { stdin });
    expect(exit).toBe(2);
    expect((json().error as { code: string }).code).toContain(code);
    expect(err).toMatch(/^godiag: cannot (?:read|unpack) standard input: .+\. .+\n$/);
  });

  test.each([
    "top",
    "top now.pb --by module",
    "top now.pb --limit -1",
    "top now.pb --sample nothing",
    "top now.pb --label =x",
    "peek now.pb (",
    "convert now.pb",
    "convert now.pb --to png",
    "diff now.pb",
  ])("%s is wrong usage", async (line) => expect(await godiag(line)).toMatchObject({ code: 2, out: "" }));
});

describe("usage", () => {
  test("without a command, the help, where it is in nobody's way", async () => {
    expect(await godiag("")).toMatchObject({ code: 2, out: "" });
    expect((await godiag("")).err).toMatch(/^Usage: godiag .+\n {2}diagnose /s);
    expect((await godiag("launch")).err).toMatch(/^Usage: godiag launch .+\n {2}check /s);
  });
  test("the version is the extension's", async () =>
    expect(await godiag("--version")).toMatchObject({ code: 0, out: `${manifest.version}\n` }));
  test.each([
    ["topp x", "unknown command 'topp' (Did you mean top?). See godiag --help"],
    ["top x --focsu y", "unknown option '--focsu' (Did you mean --focus?). See godiag top --help"],
    ["peek x", "missing required argument 're'. See godiag peek --help"],
  ])("%s: %s", async (line, said) => expect((await godiag(line)).err).toBe(`godiag: wrong usage: ${said}\n`));
});

describe("convert", () => {
  test("text goes to stdout", async () =>
    expect((await godiag("convert now.pb --to folded")).out).toBe(
      "main;serve;read 3072\nmain;serve 1024\nmain;gc 512\n",
    ));

  test("to a file, whole", async () => {
    expect(await godiag("convert now.pb --to svg -o now.svg")).toMatchObject({ code: 0, out: "", err: "" });
    expect(readFileSync(join(work, "now.svg"), "utf8")).toMatch(/^<\?xml[\s\S]*<\/svg>\n$/);
    expect(readdirSync(work).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("pprof of what is left", async () => {
    await godiag("convert now.pb --to pprof -o left.pb --label tenant");
    expect(decodeProfile(readFileSync(join(work, "left.pb"))).samples.count).toBe(1);
  });

  test("a diff as pprof holds negative values", async () => {
    await godiag("convert now.pb --to pprof -o diff.pb --base then.pb");
    expect((await godiag("top diff.pb --json")).json()).toMatchObject(
      (({ rows }) => ({ rows }))((await godiag("top now.pb --base then.pb --json")).json()),
    );
  });

  test("a place that cannot be written is told", async () =>
    expect((await godiag("convert now.pb --to folded -o no/such/folder/x")).err).toContain(
      "cannot write no/such/folder/x",
    ));
});
