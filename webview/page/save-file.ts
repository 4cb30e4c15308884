/** The files that the page itself makes: a picture of an SVG, a page like this one with what it shows. */
import { DATA_BLOCK, htmlPage, type PageData, WORKER_BLOCK } from "../../src/core/views/page.js";

/** Twice as fine as the screen's pixels. */
const PNG_SCALE = 2;

export async function pngOf(svg: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const image = new Image();
  // The page may load images from nowhere but data.
  image.src = `data:image/svg+xml;base64,${base64Of(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  // Browsers draw no canvas beyond this.
  const scale = Math.min(PNG_SCALE, 16_000 / height);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("the picture is too large for this browser");
  return new Uint8Array(await blob.arrayBuffer());
}

/** This page's own script, worker and style around other data. */
export function pageOf(title: string, data: PageData): Uint8Array {
  const worker = JSON.parse(document.getElementById(WORKER_BLOCK)!.textContent) as string;
  const text = (selector: string) => document.querySelector(selector)!.textContent;
  const nonce = base64Of(crypto.getRandomValues(new Uint8Array(16)));
  const assets = { script: text(`#${DATA_BLOCK} + script`).trim(), worker, style: text("style").trim() };
  return new TextEncoder().encode(htmlPage({ title, assets, nonce, data }));
}

export function base64Of(bytes: Uint8Array): string {
  const parts: string[] = [];
  // As many arguments as a call may have, and a multiple of three, so that the parts can be joined.
  const step = 3 * 8192;
  for (let at = 0; at < bytes.length; at += step) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + step))));
  }
  return parts.join("");
}
