/**
 * The viewer's page in a real browser: bundles it from source, writes it to a file with what it shall show, opens it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium as playwright, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { htmlPage, type PageAssets, type PageData } from "../../src/core/views/page.js";
import { chromium } from "../workbench/places.js";

export interface OpenedPage {
  readonly page: Page;
  /** What the page wrote to its console, and what it threw. */
  readonly said: string[];
}

export interface PageOptions {
  readonly dark?: boolean;
  readonly width?: number;
  /** Pixels of the screen in one of the page's. */
  readonly scale?: number;
  /** Runs in the page before its own scripts. */
  readonly before?: string;
}

/** To be called at the top of a test file; the browser lives as long as the file's tests. */
export function viewerBrowser(): (data: PageData, options?: PageOptions) => Promise<OpenedPage> {
  let browser: Browser;
  let assets: PageAssets;
  let folder: string;
  let pages = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "viewer-"));
    [browser, assets] = await Promise.all([
      playwright.launch({ executablePath: chromium(), args: ["--no-sandbox", "--disable-gpu"] }),
      bundled(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return async (data, { dark = false, width = 1200, scale = 1, before } = {}) => {
    const file = join(folder, `${pages++}.html`);
    writeFileSync(file, htmlPage({ title: data.profiles[0]?.name ?? "", assets, nonce: "dGVzdC1ub25jZQ==", data }));
    const page = await browser.newPage({
      viewport: { width, height: 800 },
      deviceScaleFactor: scale,
      colorScheme: dark ? "dark" : "light",
      reducedMotion: "reduce",
    });
    page.setDefaultTimeout(20_000);
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    if (before) await page.addInitScript({ content: before });
    await page.goto(pathToFileURL(file).href);
    await page.locator("[data-view]").first().waitFor();
    return { page, said };
  };
}

async function bundled(): Promise<PageAssets> {
  const { outputFiles } = await build({
    entryPoints: { viewer: "webview/main.ts", "viewer-worker": "webview/worker/worker.ts" },
    bundle: true,
    write: false,
    outdir: "out",
    target: "es2022",
    format: "iife",
    minify: true,
    alias: { "d3-transition": "./webview/flame/no-transition.ts" },
    logLevel: "silent",
  });
  const text = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))!.text;
  return { script: text("viewer.js"), worker: text("viewer-worker.js"), style: text("viewer.css") };
}
