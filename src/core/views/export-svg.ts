/**
 * The flame graph as one SVG file that needs nothing else: click to zoom, Ctrl+F to search, a tooltip on each frame.
 *
 * It is drawn from the visible tree, so the file stays small for any profile. Names come from the profile and are
 * hostile: they are escaped, what XML cannot hold is replaced, and the script only ever reads them as text.
 */
import { formatPercent, formatValue } from "../text/format.js";
import { type FlameLayout, SMALLER } from "./flame-layout.js";
import { type Frames, packageOf } from "../profile/frames.js";
import { printableText } from "../text/printable.js";
import { shortFunction } from "../text/short-function.js";

export interface SvgPicture {
  readonly title: string;
  readonly frames: Frames;
  readonly layout: FlameLayout;
  readonly unit: string;
  /** What percentages refer to. */
  readonly total: number;
  /** Colour by growing and shrinking instead of by package. */
  readonly isDiff: boolean;
}

const WIDTH = 1200;
const ROW = 18;
const TOP = 44;
const BOTTOM = 26;
const CHARACTER = 6.7; // of the monospaced 11px font

/** Height of the picture in pixels, for who renders it. */
export function svgHeight(layout: FlameLayout): number {
  return TOP + BOTTOM + ROW * (deepest(layout) - layout.depth[0] + 1);
}

/** The picture's width in pixels. */
export const SVG_WIDTH = WIDTH;

export function flameSvg(picture: SvgPicture): string {
  const { title, frames, layout } = picture;
  const height = svgHeight(layout);
  const all = layout.width[0] || 1;
  const rects: string[] = [];
  for (let row = 0; row < layout.count; row++) {
    const x = layout.left[row] / all;
    const width = layout.width[row] / all;
    const isRest = layout.frame[row] === SMALLER;
    if (row > 0 && width * WIDTH * FINEST_ZOOM < 1) continue;
    const name = nameOf(frames, layout, row);
    const y = TOP + ROW * (layout.depth[row] - layout.depth[0]);
    const fill = isRest ? "#d8d8d8" : colour(picture, row);
    const place = row === 0 || isRest ? "" : placeOf(frames, layout.frame[row]);
    // The script works with fractions (data-x, data-w); attributes draw the first view, without it.
    rects.push(
      `<g class="f" data-x="${fraction(x)}" data-w="${fraction(width)}" tabindex="0">` +
        `<title>${escapeXml(`${name}${place}\n${costOf(picture, row)}`)}</title>` +
        `<rect x="${(x * WIDTH).toFixed(2)}" y="${y}" width="${(width * WIDTH).toFixed(2)}" height="${ROW - 1}" fill="${fill}"/>` +
        `<text x="${(x * WIDTH + 3).toFixed(2)}" y="${y + 12.5}">${escapeXml(fitting(name, width * WIDTH))}</text>` +
        `</g>`,
    );
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escapeXml(title)}</title>
<style>
text { font: 11px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #111; pointer-events: none; }
.b { font-size: 14px; font-weight: bold; }
.a { pointer-events: all; cursor: pointer; fill: #06c; }
.f { cursor: pointer; outline: none; }
.f:hover rect, .f:focus rect { stroke: #000; stroke-width: 1; }
.up rect { opacity: .5; }
.hit rect { fill: #e3f; }
</style>
<rect x="0" y="0" width="100%" height="100%" fill="#fff"/>
<text class="b" x="8" y="20">${escapeXml(fitting(title, WIDTH - 200, 8.5))}</text>
<text class="a" id="search" x="${WIDTH - 150}" y="20" tabindex="0">Search</text>
<text class="a" id="reset" x="${WIDTH - 80}" y="20" tabindex="0" display="none">Reset zoom</text>
<text id="status" x="8" y="${height - 9}"> </text>
<g id="frames">
${rects.join("\n")}
</g>
<script><![CDATA[${SCRIPT}]]></script>
</svg>
`;
}

/** How far a zoom may enlarge before frames that were left out would be missed. */
const FINEST_ZOOM = 64;

function deepest(layout: FlameLayout): number {
  let depth = layout.depth[0];
  for (const of of layout.depth) depth = Math.max(depth, of);
  return depth;
}

function nameOf(frames: Frames, layout: FlameLayout, row: number): string {
  if (layout.frame[row] === SMALLER) return `(${layout.smaller[row]} smaller)`;
  return row === 0 && layout.frame[row] < 0 ? "all" : frames.name[layout.frame[row]];
}

function placeOf({ file, line }: Frames, frame: number): string {
  return file[frame] ? `\n${file[frame]}${line[frame] > 0 ? `:${line[frame]}` : ""}` : "";
}

function costOf({ layout, unit, total, isDiff }: SvgPicture, row: number): string {
  const value = layout.value[row];
  const sign = isDiff && value > 0 ? "+" : "";
  const self = layout.self[row] === 0 ? "" : `, self ${formatValue(layout.self[row], unit)}`;
  return `${sign}${formatValue(value, unit)} (${formatPercent(value, total)})${self}`;
}

/** Packages keep their colour in every picture; a diff is red where it grew, blue where it shrank. */
function colour({ frames, layout, isDiff }: SvgPicture, row: number): string {
  if (isDiff) {
    const part = layout.width[row] === 0 ? 0 : layout.value[row] / layout.width[row];
    const pale = Math.round(235 - 130 * Math.abs(part));
    return part >= 0 ? `rgb(245,${pale},${pale})` : `rgb(${pale},${pale},245)`;
  }
  if (layout.frame[row] < 0) return "#e8e8e8";
  let hash = 7;
  for (const character of packageOf(frames.name[layout.frame[row]])) {
    hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  }
  return `hsl(${hash % 360},${55 + (hash % 7) * 4}%,${72 + (hash % 5) * 2}%)`;
}

/** The name, without its import path's folders where it is too long, cut where even that is. */
function fitting(text: string, width: number, character = CHARACTER): string {
  const characters = Math.floor((width - 6) / character);
  if (characters < 3) return "";
  const short = text.length <= characters ? text : shortFunction(text).replace(/\[.*/s, "") || text;
  return short.length <= characters ? short : `${short.slice(0, characters - 1)}…`;
}

function fraction(part: number): string {
  return String(Number(part.toPrecision(9)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for element content and quoted attributes; characters that XML 1.0 cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return printableText(text)
    .replace(/[^\t\n\r\u0020-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Runs in the picture. It reads names with textContent and writes them nowhere but to textContent. */
const SCRIPT = `
(function () {
  "use strict";
  var width = ${WIDTH}, character = ${CHARACTER};
  var frames = Array.prototype.slice.call(document.querySelectorAll(".f")).map(function (g) {
    return {
      g: g, rect: g.querySelector("rect"), text: g.querySelector("text"),
      x: Number(g.getAttribute("data-x")), w: Number(g.getAttribute("data-w")),
      y: Number(g.querySelector("rect").getAttribute("y")),
      label: g.querySelector("title").textContent, name: g.querySelector("title").textContent.split("\\n")[0]
    };
  });
  var status = document.getElementById("status"), reset = document.getElementById("reset");
  var root = frames[0];
  function fit(text, w) {
    var n = Math.floor((w - 6) / character);
    if (text.length > n) text = text.split("[")[0].split("/").pop() || text;
    return n < 3 ? "" : text.length <= n ? text : text.slice(0, n - 1) + "\\u2026";
  }
  function zoom(to) {
    frames.forEach(function (f) {
      var above = f.y < to.y && f.x <= to.x + 1e-9 && f.x + f.w >= to.x + to.w - 1e-9;
      var inside = f.y >= to.y && f.x >= to.x - 1e-9 && f.x + f.w <= to.x + to.w + 1e-9;
      var x = above ? 0 : (f.x - to.x) / to.w * width, w = above ? width : f.w / to.w * width;
      f.g.style.display = above || (inside && w >= 0.3) ? "" : "none";
      f.g.classList.toggle("up", above);
      f.rect.setAttribute("x", x);
      f.rect.setAttribute("width", w);
      f.text.setAttribute("x", x + 3);
      f.text.textContent = fit(f.name, w);
    });
    reset.setAttribute("display", to === root ? "none" : "");
  }
  function search() {
    var asked = window.prompt("Search for frames whose name contains:", "");
    if (asked === null) return;
    mark(asked === "" ? undefined : asked.toLowerCase());
  }
  function mark(asked) {
    var spans = [];
    frames.forEach(function (f) {
      var hit = asked !== undefined && f !== root && f.name.toLowerCase().includes(asked);
      f.g.classList.toggle("hit", hit);
      if (hit) spans.push(f);
    });
    spans.sort(function (a, b) { return a.x - b.x || b.w - a.w; });
    var sum = 0, end = 0;
    spans.forEach(function (f) {
      if (f.x + f.w <= end) return;
      sum += f.x + f.w - Math.max(f.x, end);
      end = f.x + f.w;
    });
    status.textContent = asked === undefined ? " " : spans.length + " frames, " + (100 * sum).toFixed(2) + "% of the picture";
  }
  frames.forEach(function (f) {
    f.g.addEventListener("click", function () { zoom(f); });
    f.g.addEventListener("keydown", function (e) { if (e.key === "Enter") zoom(f); });
    f.g.addEventListener("mouseenter", function () { status.textContent = f.label.split("\\n").join("   "); });
  });
  reset.addEventListener("click", function () { zoom(root); });
  document.getElementById("search").addEventListener("click", search);
  window.addEventListener("keydown", function (e) {
    if ((e.ctrlKey || e.metaKey) && e.key === "f") { e.preventDefault(); search(); }
    if (e.key === "Escape") { mark(undefined); zoom(root); }
  });
})();
`;
