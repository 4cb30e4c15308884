/** What is there keeps what it is: links, modes, pipes, devices; "-" is stdout. */
import { execFileSync, spawn } from "node:child_process";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { testTerminal } from "../support/terminal.js";
import { writtenProfile } from "../support/written-profile.js";

const root = mkdtempSync(join(tmpdir(), "godiag-write-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const stdin = writtenProfile([["main", "work"]]);
const convert = (...more: string[]) => {
  const terminal = testTerminal({ cwd: root, stdin });
  return run(["convert", "-", ...more], terminal).then((code) => ({ code, ...terminal.written }));
};
const FOLDED = "main;work 1024\n";

test("a file keeps its mode", async () => {
  writeFileSync(join(root, "private"), "old", { mode: 0o600 });
  expect((await convert("--to", "folded", "-o", "private")).code).toBe(0);
  expect(readFileSync(join(root, "private"), "utf8")).toBe(FOLDED);
  expect(statSync(join(root, "private")).mode & 0o777).toBe(0o600);
});

test("a link still leads to its file", async () => {
  writeFileSync(join(root, "real"), "old");
  symlinkSync("real", join(root, "link"));
  await convert("--to", "folded", "-o", "link");
  expect(readlinkSync(join(root, "link"))).toBe("real");
  expect(readFileSync(join(root, "real"), "utf8")).toBe(FOLDED);
});

test("a device and a pipe stay what they are", async () => {
  expect((await convert("--to", "folded", "-o", "/dev/null")).code).toBe(0);
  expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  const pipe = join(root, "pipe");
  execFileSync("mkfifo", [pipe]);
  const reader = spawn("cat", [pipe]);
  let read = "";
  reader.stdout.on("data", (chunk: Buffer) => (read += chunk.toString()));
  const ended = new Promise((done) => reader.on("close", done));
  await convert("--to", "folded", "-o", "pipe");
  await ended;
  expect(read).toBe(FOLDED);
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});

test('"-" is stdout, and no file of that name is left', async () => {
  expect(await convert("--to", "folded", "-o", "-")).toMatchObject({ code: 0, out: FOLDED });
  const pieces: Uint8Array[] = [];
  const terminal = { ...testTerminal({ cwd: root, stdin }), bytes: (piece: Uint8Array) => void pieces.push(piece) };
  expect(await run(["convert", "-", "--to", "pprof", "-o", "-", "--json"], terminal)).toBe(0);
  expect(Buffer.concat(pieces).subarray(0, 2)).toEqual(Buffer.from([0x0a, 0x04]));
  expect(terminal.written.out).toBe("");
  expect(readdirSync(root)).not.toContain("-");
});
