/** `godiag log` as typed. */
import { expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { testTerminal } from "../support/terminal.js";

async function godiag(...args: string[]) {
  const terminal = testTerminal({ cwd: process.cwd() });
  return { code: await run(args, terminal), ...terminal.written };
}

test("--json has what the contract says", async () => {
  const { code, out } = await godiag("log", "test/fixtures/delve-logs/dap-1.27.txt", "--json");
  const log = JSON.parse(out) as Record<string, unknown>;
  expect([code, Object.keys(log)]).toEqual([0, ["requests", "events", "errors", "session"]]);
  expect((log["requests"] as unknown[])[0]).toMatchObject({ command: "initialize", seq: 1, ms: 0 });
});

test.each(["dap-1.27", "dap-1.24", "rpc-1.27"])("the text for people: %s", async (name) => {
  const { out, err } = await godiag("log", `test/fixtures/delve-logs/${name}.txt`);
  await expect(out).toMatchFileSnapshot(`../fixtures/cli/log-${name}.txt`);
  expect(err).toBe("");
});

test("the output of dlv trace: functions, and calls by depth", async () => {
  const { out } = await godiag("log", "test/fixtures/delve-logs/trace-1.27.txt");
  await expect(out).toMatchFileSnapshot("../fixtures/cli/log-dlv-trace.txt");
  const { out: json } = await godiag("log", "test/fixtures/delve-logs/trace-1.27.txt", "--json");
  expect(JSON.parse(json)).toMatchObject({ trace: { calls: 9, goroutines: 2 } });
});

test("a file that is no log", async () => {
  const { code, err } = await godiag("log", "package.json");
  expect(code).toBe(2);
  expect(err).toMatch(/^godiag: cannot read package\.json: no line in it is an entry of Delve's log/);
});
