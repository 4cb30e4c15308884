import { expect, test } from "vitest";
import * as here from "../../../src/extension/goroutines/goroutines-here.js";

test("whoever shows goroutines hears of the frame and its stack", () => {
  const heard: unknown[] = [];
  const listening = here.onGoroutinesWanted((wanted) => heard.push(wanted));
  expect(here.canShowGoroutines()).toBe(false);
  here.setGoroutinesAvailable(true);
  expect(here.canShowGoroutines()).toBe(true);
  const wanted = { function: "main.work", file: "main.go", line: 7, stack: ["main.main", "main.work"] };
  here.showGoroutines(wanted);
  listening.dispose();
  here.showGoroutines(wanted);
  expect(heard).toEqual([wanted]);
});
