/** The example under load, judged from two goroutine dumps: its goroutine leaks are found, its healthy twin is not accused. */
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startLoad } from "../../../src/capture/demo-load.js";
import { startShop } from "../../../src/capture/example-shop.js";
import { goVersion } from "../../../src/capture/go-program.js";
import { run } from "../../../src/cli/main.js";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import { findLeaks } from "../../../src/core/goroutines/leak.js";
import { testTerminal } from "../../support/terminal.js";

/** Dumps under load and after it has ended. */
async function dumps(args: readonly string[]) {
  if ((await goVersion(process.env)) === undefined) {
    throw new Error(
      "Go was not found. Install it from https://go.dev/dl, put its bin folder on PATH, and run: npm test",
    );
  }
  const started = await startShop("examples/leaky", args, process.env, new AbortController().signal);
  if (!started.ok) throw new Error(started.problem.why);
  const shop = started.value;
  const dump = async () => {
    const response = await fetch(new URL("goroutine?debug=2", shop.pprofUrl));
    return parseDump(new Uint8Array(await response.arrayBuffer()));
  };
  try {
    const load = startLoad(shop.url, 40);
    await sleep(3000);
    const earlier = await dump();
    await sleep(3000);
    const busy = await dump();
    await load.stop();
    await sleep(500);
    return { earlier, busy, idle: await dump() };
  } finally {
    await shop.stop();
  }
}

test("godiag asks the running program itself", async () => {
  const started = await startShop("examples/leaky", ["-healthy"], process.env, new AbortController().signal);
  if (!started.ok) throw new Error(started.problem.why);
  try {
    const listed = testTerminal({});
    expect(await run(["goroutines", started.value.pprofUrl, "--json"], listed)).toBe(0);
    const { complete, goroutines } = JSON.parse(listed.written.out) as {
      complete: boolean;
      goroutines: { id: number }[];
    };
    expect([complete, goroutines.some(({ id }) => id === 1)]).toEqual([true, true]);
    const judged = testTerminal({});
    const url = started.value.pprofUrl;
    expect(await run(["leaks", url, "--base", url], judged)).toBe(0);
    expect(judged.written.out).toMatch(/^No leak found among \d+ goroutines\.\n$/);
    // By its process id, where there is no Delve to read its memory.
    for (const command of ["goroutines", "leaks"]) {
      const asked = testTerminal({ env: { PATH: "/nowhere" }, cwd: tmpdir() });
      expect(await run([command, `pid:${started.value.pid}`, "--delve"], asked)).toBe(0);
      expect(asked.written.out).toMatch(/^(No leak found among )?\d+ goroutines/);
      expect(asked.written.err).toMatch(/Delve \(dlv\) was not found\. The program was asked itself: /);
    }
  } finally {
    await started.value.stop();
  }
});

test("the leaks that keep goroutines are found at their lines", async () => {
  const { earlier, busy } = await dumps([]);
  const found = findLeaks(busy, earlier).map(({ level, pattern, function: name }) => `${level} ${pattern} ${name}`);
  expect(found.toSorted()).toEqual([
    "confirmed chan-receive example.com/leaky/internal/sessions.(*session).refreshForever",
    "confirmed chan-send example.com/leaky/internal/orders.(*Pricer).compute",
    "confirmed http-body-not-closed net/http.(*persistConn).readLoop",
  ]);
});

test("the healthy shop is not accused, under load and after it, from one moment and from two", async () => {
  const { earlier, busy, idle } = await dumps(["-healthy"]);
  expect([findLeaks(busy), findLeaks(busy, earlier), findLeaks(idle), findLeaks(idle, busy)]).toEqual([[], [], [], []]);
});
