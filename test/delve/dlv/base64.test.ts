import { expect, test } from "vitest";
import { decodeBase64 } from "../../../src/delve/dlv/base64.js";
import { randomFrom } from "../../support/random.js";

const decoded = (text: string) => decodeBase64(Buffer.from(text), 0, text.length);

test("reads what Node writes, of each length, within other text", () => {
  const random = randomFrom(6);
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, () => random.int(256));
    const text = Buffer.from(bytes).toString("base64");
    expect(decodeBase64(Buffer.from(`"${text}"`), 1, text.length + 1), text).toEqual(bytes);
  }
});

test.each(["A", "AA", "AAA", "A===", "AA=A", "=AAA", "AAA\n", "AA-A", "AA_A", "AÄA"])("%j is not base64", (text) => {
  expect(decoded(text)).toBeUndefined();
});
