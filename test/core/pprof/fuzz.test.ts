import { expect, test } from "vitest";
import { fuzz } from "../../fuzz/decode.js";

test("broken profiles give a profile that holds or a FormatError", () => {
  const { decoded, scanned, refused } = fuzz(5000, 1);
  // The mutations are worth something: some are noticed in every way, some are not.
  expect(decoded).toBeGreaterThan(500);
  expect(scanned).toBeGreaterThan(250);
  expect(scanned).toBeLessThan(decoded);
  expect([...refused.keys()]).toEqual(expect.arrayContaining(["truncated", "length", "wire-type", "string-index"]));
});
