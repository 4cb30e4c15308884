/**
 * The self-contained HTML report: the viewer's page with a diagnosis and the profiles behind it inside.
 */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { htmlPage, type PageAssets, type PageData } from "../core/page.js";
import { Failure } from "./failure.js";
import type { Terminal } from "./terminal.js";

/** The folder of the bundles: this file is in one of them. */
const BUNDLES = __dirname;

/** Writes the page and returns its absolute path. Throws Failure. */
export async function writeReport(terminal: Terminal, file: string, title: string, data: PageData): Promise<string> {
  const page = htmlPage({ title, assets: await assets(), nonce: randomBytes(18).toString("base64"), data });
  const path = resolve(terminal.cwd, file);
  try {
    await writeFile(path, page);
  } catch (error) {
    throw new Failure(
      "unwritable",
      `cannot write ${file}`,
      (error as Error).message,
      "Choose another file with --html",
    );
  }
  return path;
}

async function assets(): Promise<PageAssets> {
  const text = (name: string) =>
    readFile(join(BUNDLES, name), "utf8").catch((error: Error) => {
      throw new Failure(
        "no-viewer",
        "cannot build the HTML report",
        error.message,
        "Build godiag again: npm run build",
      );
    });
  const [script, worker, style] = await Promise.all(["viewer.js", "viewer-worker.js", "viewer.css"].map(text));
  return { script, worker, style };
}
