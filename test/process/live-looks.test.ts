/** Looking at programs that stand still, end, are replaced or cannot be read. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { type Looked, LiveLooks } from "../../src/process/live/live-looks.js";
import { builtHolders, startHolders } from "../support/holders-program.js";
import { builtLive, startLive } from "../support/live-program.js";

function looksAt(pid: number): LiveLooks {
  const looks = new LiveLooks(pid);
  onTestFinished(() => looks.close());
  return looks;
}

/** Looks until it is so: signals and ends take a moment. */
async function until(looks: LiveLooks, state: Looked["state"]): Promise<Looked> {
  let looked = await looks.look();
  await expect.poll(async () => (looked = await looks.look()).state, { timeout: 20_000 }).toBe(state);
  return looked;
}

test("a program is told of while it runs, stands still, runs again and ends", async () => {
  const live = startLive(builtLive("go1.26.8"));
  onTestFinished(() => live.stop());
  await live.ask("work");
  const looks = looksAt(live.pid);
  const first = await looks.look();
  expect(first).toMatchObject({ state: "running", look: { runtime: { stacks: expect.any(Number) as number } } });
  expect([looks.goVersion, looks.readsMemory, looks.lacking]).toEqual(["go1.26.8", true, undefined]);
  process.kill(live.pid, "SIGSTOP");
  await until(looks, "stopped");
  process.kill(live.pid, "SIGCONT");
  await until(looks, "running");
  const stopped = live.stop();
  expect(await until(looks, "ended")).toEqual({ state: "ended", why: "has ended" });
  await stopped;
});

test("a program without symbols has the system's numbers, and says why it has no more", async () => {
  const program = await startHolders(builtHolders("go1.26.8", ["-ldflags=-s"]));
  onTestFinished(() => program.stop());
  const looks = looksAt(program.account.pid);
  const looked = await looks.look();
  expect(looked).toMatchObject({ state: "running", look: { process: { rss: expect.any(Number) as number } } });
  expect(looked.state === "running" && looked.look.runtime).toBeUndefined();
  expect(looks.lacking).toMatch(/built without symbols/);
});

test("a program that becomes another one by exec is not taken for itself", async () => {
  const live = startLive(builtLive("go1.26.8"));
  onTestFinished(() => live.stop());
  await live.ask("work");
  const looks = looksAt(live.pid);
  expect((await looks.look()).state).toBe("running");
  live.becomeAnother();
  expect(await until(looks, "ended")).toEqual({ state: "ended", why: "runs another program now" });
});

test("what is no Go program has the system's numbers, and it is said", async () => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "spawn");
  const looks = looksAt(child.pid!);
  expect((await looks.look()).state).toBe("running");
  expect([looks.readsMemory, looks.lacking]).toEqual([false, expect.stringMatching(/is no Go program/)]);
});

test("a process that is not there has ended", async () => {
  const child = spawn("true");
  await once(child, "close");
  expect(await looksAt(child.pid!).look()).toEqual({ state: "ended", why: "has ended" });
});
