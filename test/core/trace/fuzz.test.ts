import { expect, test } from "vitest";
import { fuzzTraces } from "../../fuzz/traces.js";

test("broken traces are read as far as they go or refused; npm run fuzz tries many more", () => {
  const { read, refused } = fuzzTraces(2000, 1);
  expect(read).toBeGreaterThan(100);
  expect([...refused.keys()]).toEqual(expect.arrayContaining(["trace", "trace-empty"]));
});
