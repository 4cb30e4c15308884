/** Whatever a profile, a request or a refusal says: nothing of it acts on the terminal. */
import { Function, Line, Location, Profile, Sample, StringTable, ValueType } from "pprof-format";
import { expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { testTerminal } from "../support/terminal.js";

const EVIL = "\u001b[2J\u009b1A\u202eevil\u0007";

function evilProfile(): Uint8Array {
  const strings = new StringTable();
  const evil = strings.dedup(EVIL);
  return new Profile({
    sampleType: [new ValueType({ type: evil, unit: evil })],
    periodType: new ValueType({ type: evil, unit: evil }),
    sample: [new Sample({ locationId: [1], value: [1024] })],
    location: [new Location({ id: 1, line: [new Line({ functionId: 1, line: 7 })] })],
    function: [new Function({ id: 1, name: evil, filename: evil })],
    comment: [evil],
    stringTable: strings,
  }).encode();
}

// eslint-disable-next-line no-control-regex
const ACTS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test.each([
  ["info", "-"],
  ["info", "-", "--json"],
  ["top", "-"],
  ["top", "-", "--json"],
  ["top", "-", "--sample", EVIL],
  ["top", "-", "--sample", `no such ${EVIL}`],
  ["top", "-", "--focus", `(${EVIL}`],
  ["peek", "-", "evil"],
  ["list", "-", "evil"],
  ["convert", "-", "--to", "json"],
  ["convert", "-", "--to", "svg"],
  ["top", EVIL],
  [EVIL],
])("godiag %j %j %j %j", async (...args) => {
  const given = args.filter((arg) => typeof arg === "string");
  const terminal = testTerminal({ stdin: evilProfile() });
  await run(given, terminal);
  const { out, err } = terminal.written;
  expect(out + err).not.toBe("");
  expect(out).not.toMatch(ACTS);
  expect(err).not.toMatch(ACTS);
  if (given.includes("--json")) expect(JSON.stringify(JSON.parse(out))).toContain("evil");
});

test("an export that is text for programs is harmless where a person reads it, and whole in a pipe", async () => {
  const shown = { ...testTerminal({ stdin: evilProfile() }), columns: 80 };
  await run(["convert", "-", "--to", "folded"], shown);
  expect(shown.written.out).not.toMatch(ACTS);
  const piped = testTerminal({ stdin: evilProfile() });
  await run(["convert", "-", "--to", "folded"], piped);
  expect(piped.written.out).toContain("\u202eevil");
});
