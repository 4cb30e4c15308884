/** A picture of an SVG as PNG, by an installed Chromium or Chrome without a window. */
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isExecutable, toolsNamed } from "../../process/find-tool.js";
import { askProgram } from "../../process/run-to-end.js";
import { temporaryFolder } from "../../process/temporary-folder.js";
import { Failure } from "../failure.js";
import type { Terminal } from "../terminal.js";

/** Chromium draws nothing beyond this in one picture. */
const HIGHEST = 16_000;
const PATIENCE_MS = 60_000;

/** The PNG's bytes. Throws Failure when there is no browser, or it does not draw. */
export async function screenshot(terminal: Terminal, svg: string, width: number, height: number): Promise<Uint8Array> {
  const browser = await findBrowser(terminal.env);
  const { path: folder, ...place } = temporaryFolder();
  try {
    const source = join(folder, "picture.svg");
    const target = join(folder, "picture.png");
    await writeFile(source, svg);
    const root = process.getuid?.() === 0;
    const args = [
      "--headless=new",
      "--disable-gpu",
      "--hide-scrollbars",
      "--no-first-run",
      ...(root ? ["--no-sandbox"] : []), // Chromium refuses to run as root with its sandbox
      `--user-data-dir=${join(folder, "profile")}`,
      `--window-size=${width},${Math.min(height, HIGHEST)}`,
      `--screenshot=${target}`,
      pathToFileURL(source).href,
    ];
    // A failing exit is told by the missing picture.
    const answer = await askProgram(browser, args, { limitMs: PATIENCE_MS, signal: terminal.signal });
    const said = typeof answer === "string" ? answer : answer.stderr;
    return await readFile(target).catch(() => {
      throw new Failure("no-picture", `${browser} drew no picture`, lastLine(said), "Export --to svg instead");
    });
  } finally {
    place.remove();
  }
}

async function findBrowser(env: Terminal["env"]): Promise<string> {
  const named = env["CHROME"];
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];
  const fixed = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ];
  if (named) {
    if (await isExecutable(named)) return resolve(named);
  } else {
    for (const name of names) for await (const { path } of toolsNamed(name, env)) return path;
    for (const path of fixed) if (await isExecutable(path)) return path;
  }
  const why = named ? `$CHROME names ${named}, which cannot be run` : "no Chromium or Chrome is on the PATH";
  throw new Failure("no-browser", "cannot draw a PNG", why, "Install one, set $CHROME, or export --to svg");
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.slice(0, 300) || "it said nothing";
}
