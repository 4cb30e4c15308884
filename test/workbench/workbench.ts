/**
 * A real VS Code workbench: a server with the packaged extension installed, and a browser that has a folder open in it.
 *
 * Tests act through the objects in page-objects and wait for conditions, never for time.
 */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Browser, chromium as playwright, type Page } from "playwright-core";
import { artefact, chromium, newRunFolder, vsix } from "./places.js";
import { answer, commandOffered, runCommand } from "./page-objects/palette.js";
import { type Server, type Settings, startServer } from "./server.js";

type Theme = "light" | "dark" | "high-contrast";

export interface Workbench {
  readonly page: Page;
  readonly server: Server;
  /** The open folder; a copy, which tests may change. */
  readonly folder: string;
  useTheme(theme: Theme): Promise<void>;
  /** Saved as artefacts/NAME.png. */
  screenshot(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** The two that VS Code's own command toggles between. */
const themes = {
  "workbench.colorTheme": "Light Modern",
  "workbench.preferredLightColorTheme": "Light Modern",
  "workbench.preferredDarkColorTheme": "Dark Modern",
};

const THEMES: Readonly<Record<Theme, { readonly title: string; readonly class: string }>> = {
  light: { title: "Light Modern", class: "vs" },
  dark: { title: "Dark Modern", class: "vs-dark" },
  "high-contrast": { title: "Dark High Contrast", class: "hc-black" },
};

/** Opens the workbench; `open` prepares the page before anything loads in it. */
export async function openWorkbench(options: {
  name: string;
  /** What is in the folder: by path in it ("." itself too), the file or folder to copy, or the bytes of a new file. */
  files: Readonly<Record<string, string | Uint8Array>>;
  settings?: Settings;
  /** Packaged extensions beside the one under test. */
  extensions?: readonly string[];
  env?: NodeJS.ProcessEnv;
  inHost?: boolean;
  query?: (server: Server) => string;
  beforeLoad?: (page: Page) => Promise<void>;
}): Promise<Workbench> {
  const runFolder = newRunFolder(options.name);
  const folder = join(runFolder, "shop");
  fillFolder(folder, options.files);
  const server = await startServer({
    ...options,
    runFolder,
    vsix: [vsix, ...(options.extensions ?? [])],
    settings: { ...themes, ...options.settings },
  });
  let browser: Browser | undefined;
  const stop = async () => {
    await browser?.close().catch(() => undefined);
    await server.stop();
    keepLogs(runFolder, options.name);
    rmSync(runFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    browser = await playwright.launch({
      executablePath: chromium(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
      ],
    });
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await options.beforeLoad?.(page);
    await page.goto(`${server.url}/?folder=${encodeURIComponent(folder)}${options.query?.(server) ?? ""}`, {
      timeout: 60_000,
    });
    await page.locator(".monaco-workbench .statusbar-item").first().waitFor({ timeout: 60_000 });
    // Extensions are read after the workbench is up; a profile that is opened before that opens as binary text.
    if (!options.inHost) await commandOffered(page, "Diagnose Go Memory");
    return {
      page,
      server,
      folder,
      useTheme: async (theme) => {
        const { title, class: name } = THEMES[theme];
        const applied = page.locator(`.monaco-workbench.${name}`);
        if ((await applied.count()) > 0) return;
        await runCommand(page, "Preferences: Color Theme");
        await answer(page, title);
        await applied.waitFor();
      },
      screenshot: (name) => settledScreenshot(page, artefact(`${name}.png`)),
      stop,
    };
  } catch (error) {
    await browser
      ?.contexts()[0]
      ?.pages()[0]
      ?.screenshot({ path: artefact(`failed-to-open-${options.name}.png`) });
    await stop();
    throw error;
  }
}

/** Colours fade and toasts slide in: shoots until two pictures in a row are the same, or for three seconds. */
async function settledScreenshot(page: Page, file: string): Promise<void> {
  const deadline = Date.now() + 3_000;
  let before = await page.screenshot();
  for (;;) {
    const now = await page.screenshot();
    if (now.equals(before) || Date.now() > deadline) return writeFileSync(file, now);
    before = now;
  }
}

function fillFolder(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    const to = join(folder, path);
    if (typeof content === "string") cpSync(content, to, { recursive: true });
    else {
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, content);
    }
  }
}

function keepLogs(runFolder: string, name: string): void {
  const kept = artefact(`${name}-logs`);
  rmSync(kept, { recursive: true, force: true });
  for (const log of ["server.log", join("user-data", "logs")]) {
    const from = join(runFolder, log);
    if (existsSync(from)) cpSync(from, join(kept, log), { recursive: true });
  }
}
