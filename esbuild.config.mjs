/**
 * The bundles, and nothing else that ships:
 *   extension.cjs        the extension host's entry: registers; extension-*.cjs are loaded when a feature is first used
 *   web.cjs              the entry of an extension host in a browser: the viewer alone
 *   diagnosis-thread.cjs sampling and judging, off the extension host's thread
 *   fleet-thread.cjs     the same for many instances, whose profiles an engine keeps
 *   dump-thread.cjs      reading goroutine dumps, off it as well
 *   live-thread.cjs      looking at a watched program, off it as well
 *   proxy-thread.cjs     the debug sessions' proxies, off the extension host's thread, too
 *   guard.cjs            the process that ends what the others have started, when they are gone
 *   godiag.cjs           the command line
 *   viewer.js, .css      the page: the webview in the editor and the body of every exported HTML
 *   viewer-worker.js     decoding and tree building, off the page's main thread
 *   live.js, .css        the page of live numbers
 *   recorded/            runs of the example, for `godiag demo` where Go is missing
 *   THIRD-PARTY-NOTICES.txt  the licences of the packages inside the bundles
 * `--outdir=DIR` puts them elsewhere.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build, context, transform } from "esbuild";

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
/**
 * Writes a bundle that is split at its `import()`s as CommonJS, which VS Code's extension host loads and esbuild does
 * not split: the host reads and compiles at its start only what the start needs.
 */
const commonJs = {
  name: "common-js",
  setup({ onEnd }) {
    onEnd(async ({ errors, outputFiles }) => {
      if (errors.length > 0) return;
      for (const name of existsSync(outdir) ? readdirSync(outdir) : [])
        if (/^extension-\w+\.cjs$/.test(name)) rmSync(join(outdir, name));
      for (const { path, text } of outputFiles) {
        const { code } = await transform(text, {
          format: "cjs",
          platform: "node",
          target: "node20",
          supported: { "dynamic-import": false },
          minify: production,
          sourcemap: production ? false : "inline",
        });
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, code);
      }
    });
  },
};
const bundles = [
  {
    ...node,
    entryPoints: { extension: "src/extension/main.ts" },
    external: ["vscode"],
    format: "esm",
    splitting: true,
    chunkNames: "extension-[hash]",
    sourcemap: production ? false : "inline",
    write: false,
    plugins: [commonJs],
  },
  { ...node, entryPoints: { "diagnosis-thread": "src/extension/diagnosis/diagnosis-thread.ts" } },
  { ...node, entryPoints: { "fleet-thread": "src/extension/fleet/fleet-thread.ts" } },
  { ...node, entryPoints: { "dump-thread": "src/extension/goroutines/dump-thread.ts" } },
  { ...node, entryPoints: { "live-thread": "src/extension/live/live-thread.ts" } },
  { ...node, entryPoints: { "proxy-thread": "src/extension/debugging/proxy-thread.ts" } },
  { ...node, entryPoints: { guard: "src/process/guard-main.ts" }, sourcemap: false },
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
    entryPoints: {
      viewer: "webview/main.ts",
      "viewer-worker": "webview/worker/worker.ts",
      live: "webview/live/main.ts",
    },
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
