/** The WebAssembly that is shipped is what its source, assembly/scan.ts, compiles to. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const { scanModule } = (await import(pathToFileURL("assembly/build.mjs").href)) as {
  scanModule: () => Promise<string>;
};

test("npm run assembly would change nothing", async () => {
  expect(readFileSync("src/core/pprof/scan-module.ts", "utf8")).toBe(await scanModule());
});
