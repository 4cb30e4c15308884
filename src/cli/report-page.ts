/**
 * The self-contained HTML report: the viewer's page with a diagnosis and the profiles behind it inside.
 */
import { randomBytes } from "node:crypto";
import { htmlPage, type PageData } from "../core/page.js";
import type { Terminal } from "./terminal.js";
import { viewerAssets } from "./viewer-assets.js";
import { writeFileWhole } from "./write-output.js";

/** Writes the page and returns its absolute path. Throws Failure. */
export async function writeReport(terminal: Terminal, file: string, title: string, data: PageData): Promise<string> {
  const nonce = randomBytes(18).toString("base64");
  return writeFileWhole(terminal, file, [htmlPage({ title, assets: await viewerAssets(), nonce, data })]);
}
