/**
 * The self-contained HTML page: the viewer with profiles, and perhaps a diagnosis, inside.
 */
import { randomBytes } from "node:crypto";
import { htmlPage, type PageData } from "../../core/views/page.js";
import type { Terminal } from "../terminal.js";
import { viewerAssets } from "./viewer-assets.js";
import { writeFileWhole } from "./write-output.js";

/** Writes the page and returns its absolute path. Throws Failure. */
export async function writeReport(terminal: Terminal, file: string, title: string, data: PageData): Promise<string> {
  return writeFileWhole(terminal, file, [await reportPage(title, data)]);
}

/** The page as text. Throws Failure. */
export async function reportPage(title: string, data: PageData): Promise<string> {
  return htmlPage({ title, assets: await viewerAssets(), nonce: randomBytes(18).toString("base64"), data });
}
