/**
 * The bundles, and nothing else that ships:
 *   extension.cjs        the extension host's entry
 *   web.cjs              the entry of an extension host in a browser: the viewer alone
 *   diagnosis-thread.cjs sampling and judging, off the extension host's thread
 *   dump-thread.cjs      reading goroutine dumps, off it as well
 *   proxy-thread.cjs     the debug sessions' proxies, off the extension host's thread, too
 *   godiag.cjs           the command line
 *   viewer.js, .css      the page: the webview in the editor and the body of every exported HTML
 *   viewer-worker.js     decoding and tree building, off the page's main thread
 *   recorded/            runs of the example, for `godiag demo` where Go is missing
 *   THIRD-PARTY-NOTICES.txt  the licences of the packages inside the bundles
 * `--outdir=DIR` puts them elsewhere.
 */
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { context, build } from "esbuild";

const production = process.argv.includes("--production");
const outdir = process.argv.find((argument) => argument.startsWith("--outdir="))?.slice("--outdir=".length) ?? "dist";
const shared = {
  bundle: true,
  outdir,
  target: "es2022",
  minify: production,
  sourcemap: production ? false : "linked",
  legalComments: "none",
  logLevel: "warning",
  mainFields: ["module", "main"], // jsonc-parser's UMD build hides its requires from bundlers
};
const node = { ...shared, platform: "node", target: "node20", format: "cjs", outExtension: { ".js": ".cjs" } };
const bundles = [
  { ...node, entryPoints: { extension: "src/extension/main.ts" }, external: ["vscode"] },
  { ...node, entryPoints: { "diagnosis-thread": "src/extension/diagnosis/diagnosis-thread.ts" } },
  { ...node, entryPoints: { "dump-thread": "src/extension/goroutines/dump-thread.ts" } },
  { ...node, entryPoints: { "proxy-thread": "src/extension/debugging/proxy-thread.ts" } },
  { ...node, entryPoints: { godiag: "src/cli/main.ts" }, banner: { js: "#!/usr/bin/env node" } },
  {
    ...shared,
    platform: "browser",
    format: "cjs",
    outExtension: { ".js": ".cjs" }, // VS Code's host for browsers takes .js for what package.json says of it: a module
    entryPoints: { web: "src/extension/web.ts" },
    external: ["vscode"],
  },
  {
    ...shared,
    platform: "browser",
    format: "iife",
    minify: true, // pages are inlined into reports, so their size counts in every build
    alias: { "d3-transition": "./webview/flame/no-transition.ts" },
    sourcemap: false,
    entryPoints: { viewer: "webview/main.ts", "viewer-worker": "webview/worker/worker.ts" },
  },
];

if (process.argv.includes("--watch")) {
  const contexts = await Promise.all(bundles.map((options) => context({ ...options, logLevel: "info" })));
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  const built = await Promise.all(bundles.map((options) => build({ ...options, metafile: true })));
  const inputs = built.flatMap(({ metafile }) =>
    Object.values(metafile.outputs).flatMap((one) => Object.keys(one.inputs)),
  );
  writeFileSync(`${outdir}/THIRD-PARTY-NOTICES.txt`, notices(inputs));
}
cpSync("test/fixtures/recorded", `${outdir}/recorded`, { recursive: true });

/** The licence text of every package that a bundle took something from. */
function notices(inputs) {
  const folders = new Set(inputs.flatMap((file) => file.match(/.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []));
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      return `${name} ${version} (${license})\n\n${file ? readFileSync(`${folder}/${file}`, "utf8").trim() : ""}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
