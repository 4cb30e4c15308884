/**
 * The page that shows profiles and diagnoses, as one HTML text: the editor's webviews, the report of
 * `godiag diagnose` and every HTML export are this page with other data.
 *
 * Nothing is fetched: script, worker and style are inlined, and the content security policy forbids everything else.
 * Titles, profile names and everything inside the data are hostile; they are escaped here and shown as text by the page.
 */
import { printableText } from "../text/printable.js";
import type { Diagnosis } from "../diagnosis/diagnosis.js";

/** The texts of dist/viewer.js, dist/viewer-worker.js and dist/viewer.css. */
export interface PageAssets {
  readonly script: string;
  readonly worker: string;
  readonly style: string;
}

/** What a page carries. In the editor it is empty: the bytes come by message. */
export interface PageData {
  readonly profiles: readonly PageProfile[];
  readonly diagnosis?: Diagnosis;
  /** What of it to show at first; the page's own state, read by it with care. */
  readonly view?: unknown;
}

export interface PageProfile {
  /** What to call it: a file name, "heap, last snapshot". */
  readonly name: string;
  /** The bytes as captured (gzipped or not), in base64. */
  readonly base64: string;
}

export interface Page {
  readonly title: string;
  readonly assets: PageAssets;
  /** Unguessable and new for each page, of base64 characters: only scripts and styles that carry it run. */
  readonly nonce: string;
  readonly data: PageData;
}

/** Ids of the data blocks in the page; the script reads them by these. */
export const WORKER_BLOCK = "viewer-worker";
export const DATA_BLOCK = "viewer-data";

export function htmlPage({ title, assets, nonce, data }: Page): string {
  if (!/^[A-Za-z0-9+/=_-]{8,}$/.test(nonce)) throw new RangeError("the nonce must be 8 or more base64 characters");
  // WebAssembly may be compiled, for the decoder's scan; text may still not be evaluated.
  const policy = `default-src 'none'; script-src 'nonce-${nonce}' 'wasm-unsafe-eval'; style-src 'nonce-${nonce}'; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">
${closeless(assets.style, "style")}
</style>
</head>
<body>
<noscript>This page draws its content with a script: allow scripts for it.</noscript>
<script type="application/json" id="${WORKER_BLOCK}">${jsonBlock(assets.worker)}</script>
<script type="application/json" id="${DATA_BLOCK}">${jsonBlock(data)}</script>
<script nonce="${nonce}">
${closeless(assets.script, "script")}
</script>
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text fit for an element's content and for a quoted attribute. */
export function escapeHtml(text: string): string {
  return printableText(text).replace(/[&<>"']/g, (character) => entities[character]);
}

/** JSON in which no character can end a script element or start a comment in one. */
function jsonBlock(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/** Our own code, in which an end tag could only stand inside a string: a backslash there changes nothing. */
function closeless(code: string, tag: "script" | "style"): string {
  return code.replace(new RegExp(`</(?=${tag})`, "gi"), "<\\/").replaceAll("<!--", "<\\!--");
}
