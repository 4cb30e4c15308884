/**
 * `npm run assembly`: compiles scan.ts to WebAssembly and writes it, in base64, into src/core/pprof/scan-module.ts.
 *
 * The result is committed, so nothing else needs to know of the compiler; a test compiles again and compares.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const TARGET = "src/core/pprof/scan-module.ts";
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--memoryBase", "0"];

/** The text of scan-module.ts as the sources demand it. */
export async function scanModule() {
  const written = new Map();
  const writeFile = (name, content) => void written.set(name, content);
  const { error, stderr } = await asc.main(["assembly/scan.ts", "--outFile", "scan.wasm", ...OPTIONS], { writeFile });
  if (error !== null) throw new Error(`assembly/scan.ts does not compile: ${stderr.toString()}`);
  const base64 = Buffer.from(written.get("scan.wasm")).toString("base64");
  return `/** assembly/scan.ts, compiled: made by \`npm run assembly\`, to be changed there. */\nexport const SCAN_MODULE =\n  "${base64}";\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, await scanModule());
