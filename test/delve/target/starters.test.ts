/**
 * Who started a goroutine, from the runtime's own record, of real programs: exact to the line although the runtime
 * prints return addresses, over HTTP and under Delve, and only where it is wanted.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "../../../src/cli/main.js";
import type { Diagnosis } from "../../../src/core/diagnosis/diagnosis.js";
import { delve } from "../../support/delve.js";
import { testTerminal } from "../../support/terminal.js";

const temporary = mkdtempSync(join(tmpdir(), "godiag-starters-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const env = { ...process.env, PATH: [dirname(resolve(delve)), process.env["PATH"]].join(delimiter) } as Record<
  string,
  string
>;

/** A call without a result that ends its block: what it returns to is on another line. */
const PROGRAM = `package main

import (
	"context"
	"os/exec"
	"time"
PPROF)

func sample(ctx context.Context, quiet bool) {
	if quiet {
		return
	}
	cmd := exec.CommandContext(ctx, "/bin/true")
	cmd.Start() // #leak
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	SERVE
	for {
		sample(ctx, false)
		time.Sleep(50 * time.Millisecond)
	}
}
`;
const leakingLine = (text: string) => text.split("\n").findIndex((line) => line.includes("// #leak")) + 1;

async function diagnosed(name: string, text: string, ...options: string[]) {
  const folder = join(temporary, name);
  const terminal = testTerminal({ cwd: temporary, env });
  mkdirSync(folder);
  writeFileSync(join(folder, "go.mod"), "module example\n\ngo 1.24\n");
  writeFileSync(join(folder, "main.go"), text);
  const series = ["--samples", "6", "--interval", "1", "--warm-up", "0", "--json"];
  expect(await run(["diagnose", folder, ...series, ...options], terminal)).toBe(0);
  const { findings, notes } = JSON.parse(terminal.written.out) as Diagnosis;
  const [finding] = findings.filter(({ kind }) => kind === "goroutine");
  return { finding, notes: notes.map(({ code }) => code) };
}

const withoutPprof = PROGRAM.replace("PPROF", "").replace("SERVE", "");
const withPprof =
  PROGRAM.replace("PPROF", '\t"net"\n\t"net/http"\n\t_ "net/http/pprof"\n').replace("SERVE", "go serve()") +
  `
func serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	http.Serve(listener, nil)
}
`;

test.each([
  ["over HTTP", "http", withPprof],
  ["under Delve", "delve", withoutPprof],
])("a command that is never waited for is at the line that starts it: %s", async (_, name, text) => {
  const { finding, notes } = await diagnosed(name, text);
  expect([finding.function, finding.line, finding.caller?.line]).toEqual([
    "main.sample",
    leakingLine(text),
    leakingLine(text),
  ]);
  expect(notes).toContain("godebug");
});

test("--no-ancestors leaves the program's environment as it is", async () => {
  const { finding, notes } = await diagnosed("plain", withoutPprof, "--no-ancestors", "--no-fine-sampling");
  expect(notes).not.toContain("godebug");
  expect(finding.function).toMatch(/^os\/exec\.|^main\./);
});
