/** Live numbers of a program that Delve traces: reading them needs nothing of Delve, and Delve notices nothing. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { openProcess } from "../../src/process/go-program.js";
import { tracingOf } from "../../src/process/proc.js";
import { delve } from "../support/delve.js";
import { comparedNumbers } from "../support/live-compared.js";
import { builtLive, startLive } from "../support/live-program.js";

test("1,000 samples of a program under Delve are its own numbers", { timeout: 300_000 }, async () => {
  const live = startLive(builtLive("go1.26.8"), "calm");
  onTestFinished(() => live.stop());
  await live.ask("work");
  const args = ["attach", String(live.pid), "--headless", "--continue", "--accept-multiclient"];
  const dlv = spawn(delve, [...args, "--listen=127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => dlv.once("close", done));
  onTestFinished(async () => {
    dlv.kill("SIGKILL");
    await ended;
  });
  for await (const line of createInterface(dlv.stdout)) if (line.includes("listening at")) break;
  // It listens before it has attached.
  await expect.poll(() => tracingOf(String(live.pid))?.tracer, { timeout: 30_000 }).toBeGreaterThan(0);
  const program = openProcess(live.pid);
  onTestFinished(() => program.close());
  await comparedNumbers({ live, program });
});
