/**
 * Whose turn it is: random clients and readers against a Delve of three variables. A work runs only while its process is
 * selected, a request of the client only while the one that it sees is; and everybody has their turn in the end.
 */
import { expect, test } from "vitest";
import { SelectedProcess } from "../../../src/delve/children/selected-process.js";
import { randomFrom } from "../../support/random.js";

const PIDS = [10, 20, 30];

test.each(Array.from({ length: 40 }, (_, seed) => seed))("seed %i", async (seed) => {
  const random = randomFrom(seed);
  const pause = () => new Promise<void>((resolve) => (random.int(2) ? setImmediate(resolve) : queueMicrotask(resolve)));
  let selected = PIDS[0];
  let isHeld = false;
  let onTheWay = 0;
  const waiting: (() => void)[] = [];
  const process = new SelectedProcess(selected, {
    select: async (pid) => {
      await pause();
      selected = pid;
    },
    hold: async () => {
      isHeld = true;
      while (onTheWay > 0) await pause();
    },
    release: () => {
      isHeld = false;
      while (!isHeld && waiting.length > 0) waiting.shift()?.();
    },
    isWaitedFor: () => waiting.length > 0,
  });

  /** As the wire does: passes at once, or waits until it is let go. */
  const request = () =>
    new Promise<void>((resolve) => {
      const pass = () => {
        onTheWay++;
        void pause().then(() => {
          expect(selected).toBe(process.shown);
          onTheWay--;
          resolve();
        });
      };
      if (isHeld) waiting.push(pass);
      else pass();
    });
  const read = async () => {
    const pid = random.pick(PIDS);
    await process.run(pid, async () => {
      expect(selected).toBe(pid);
      await pause();
      expect(selected).toBe(pid);
    });
  };

  const all: Promise<void>[] = [];
  for (let i = 0; i < 200; i++) {
    const dice = random.int(10);
    if (dice === 0) all.push(process.show(random.pick(PIDS)));
    else all.push(dice < 5 ? request() : read());
    if (random.int(3) === 0) await pause();
  }
  await Promise.all(all);
  await request();
  expect(isHeld).toBe(false);
});

test("who waits for a turn is told when the program resumes", async () => {
  const process = new SelectedProcess(10, {
    select: () => new Promise((resolve) => setImmediate(resolve)),
    hold: () => Promise.resolve(),
    release: () => {},
    isWaitedFor: () => false,
  });
  const long = process.run(10, () => new Promise((resolve) => setImmediate(resolve)));
  const waits = process.run(20, () => Promise.resolve());
  process.interrupt();
  await expect(waits).rejects.toThrow("the program runs again");
  await long;
});

test("a process that cannot be selected fails its own readers only", async () => {
  let isHeld = false;
  const process = new SelectedProcess(10, {
    select: (pid) => (pid === 20 ? Promise.reject(new Error("it has ended")) : Promise.resolve()),
    hold: () => ((isHeld = true), Promise.resolve()),
    release: () => (isHeld = false),
    isWaitedFor: () => false,
  });
  const [gone, there] = await Promise.allSettled([
    process.run(20, () => Promise.resolve("read")),
    process.run(30, () => Promise.resolve("read")),
  ]);
  expect(gone).toMatchObject({ status: "rejected", reason: new Error("it has ended") });
  expect(there).toEqual({ status: "fulfilled", value: "read" });
  await process.run(10, () => Promise.resolve());
  expect(isHeld).toBe(false);
});
