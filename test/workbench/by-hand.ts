/**
 * `npm run workbench`: VS Code in a browser with the packaged extension, the example's sources open and the example
 * running under load, to try by hand. Ctrl-C stops all of it.
 */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startLoad } from "../../src/capture/demo-load.js";
import { startShop } from "../../src/capture/example-shop.js";
import packageExtension from "./package-extension.js";
import { newRunFolder, vsix } from "./places.js";
import { startServer } from "./server.js";

const runFolder = newRunFolder("by-hand");
const folder = join(runFolder, "leaky");
const stops: (() => unknown)[] = [() => rmSync(runFolder, { recursive: true, force: true, maxRetries: 5 })];
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => interrupted.abort());

try {
  console.log("packaging the extension …");
  packageExtension();
  cpSync("examples/leaky", folder, { recursive: true });
  for (const profile of ["app.heap.pb.gz", "compile-ssa.cpu.pb.gz"]) {
    const file = join("test/fixtures/profiles", profile);
    if (existsSync(file)) cpSync(file, join(folder, profile));
  }
  console.log("building and starting the example …");
  const shop = await startShop(folder, [], process.env, interrupted.signal);
  if (shop.ok) {
    stops.push(() => shop.value.stop());
    const load = startLoad(shop.value.url, 20);
    stops.push(() => load.stop());
  } else {
    const { what, why, todo } = shop.problem;
    console.log(`going on without it: ${what}: ${why}. ${todo}`);
  }
  const server = await startServer({
    runFolder,
    vsix: [vsix],
    settings: shop.ok ? { "goDiagnostics.diagnose.url": shop.value.pprofUrl } : {},
  });
  stops.push(() => server.stop());
  console.log(`\nVS Code:  ${server.url}/?folder=${encodeURIComponent(folder)}`);
  if (shop.ok) console.log(`pprof:    ${shop.value.pprofUrl}`);
  console.log('\nOpen the first address in a browser; press F1 and run "Diagnose Go Memory". Ctrl-C stops all of it.');
  if (!interrupted.signal.aborted) {
    await new Promise<void>((resolve) => {
      // Signals alone do not keep Node alive.
      const alive = setInterval(() => {}, 1 << 30);
      interrupted.signal.addEventListener("abort", () => {
        clearInterval(alive);
        resolve();
      });
    });
  }
} finally {
  console.log("stopping …");
  for (const stop of stops.reverse()) await stop();
}
