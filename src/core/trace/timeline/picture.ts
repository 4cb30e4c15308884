/**
 * The picture of a part of a time line, in pixels across: for processors what ran when, for kinds of goroutines how many
 * ran and how many waited for a processor. As columns, whose length depends on the width only.
 */
import type { KindIndex } from "../goroutine-kinds.js";
import { type CoarseScale, type CoarseSums, PIECES } from "./coarse-sums.js";
import { chunkEndNs, firstEndingAfter, type RunColumns } from "./run-columns.js";
import type { ProcessorLine, Timeline } from "./timeline.js";

export interface SeenPart {
  readonly fromNs: number;
  readonly toNs: number;
  /** Pixels. */
  readonly width: number;
}

/** What one processor ran, from left to right. */
export interface ProcessorPicture {
  /** Pixels from the left. */
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly kind: Uint16Array;
  /** How much of it (0 to 1) ran something: below 1 where it stands for several. */
  readonly share: Float32Array;
  /** The goroutine, where it stands for one; -1 otherwise. */
  readonly goroutine: Float64Array;
}

/** How many goroutines of a kind there were, on average by pixel. */
export interface KindPicture {
  readonly running: Float32Array;
  readonly runnable: Float32Array;
}

export function processorPicture(line: ProcessorLine, scale: CoarseScale, part: SeenPart): ProcessorPicture {
  const out = new Spans();
  if (isCoarse(scale, part)) drawCoarse(line, scale, part, out);
  else drawRuns(line.runs, part, out);
  return out.finish();
}

/** All kinds at once: their goroutines run on all processors. */
export function kindPictures(timeline: Timeline, kinds: readonly KindIndex[], part: SeenPart): KindPicture[] {
  const { scale } = timeline;
  if (isCoarse(scale, part)) {
    return kinds.map((kind) => ({
      running: coarseCounts(timeline.kinds[kind].running, scale, part),
      runnable: coarseCounts(timeline.kinds[kind].runnable, scale, part),
    }));
  }
  const wanted = new Map(kinds.map((kind) => [kind, { running: new Cover(part), runnable: new Cover(part) }]));
  const byKind = Array.from({ length: timeline.kinds.length }, (_, kind) => wanted.get(kind));
  for (const { runs } of timeline.processors.values()) {
    for (const chunk of runs.chunks) {
      if (chunkEndNs(chunk) <= part.fromNs || chunk.baseNs - chunk.maxWaitNs >= part.toNs) continue;
      for (let at = firstEndingAfter(chunk, part.fromNs); at < chunk.count; at++) {
        const startNs = chunk.baseNs + chunk.start[at];
        const waitNs = chunk.waitNs[at];
        if (startNs >= part.toNs && startNs - chunk.maxWaitNs >= part.toNs) break;
        const covers = byKind[chunk.kind[at]];
        if (covers === undefined) continue;
        covers.running.add(startNs, startNs + chunk.ns[at]);
        if (waitNs > 0) covers.runnable.add(startNs - waitNs, startNs);
      }
    }
  }
  return kinds.map((kind) => {
    const { running, runnable } = wanted.get(kind)!;
    return { running: running.counts(), runnable: runnable.counts() };
  });
}

/** The sums say enough where a piece of them is no wider than a pixel. */
function isCoarse({ widthNs }: CoarseScale, { fromNs, toNs, width }: SeenPart): boolean {
  return (toNs - fromNs) / width >= widthNs;
}

function drawRuns(runs: RunColumns, { fromNs, toNs, width }: SeenPart, out: Spans): void {
  const pixelsPerNs = width / (toNs - fromNs);
  const column = new PixelColumn(out);
  for (const chunk of runs.chunks) {
    if (chunkEndNs(chunk) <= fromNs) continue;
    if (chunk.baseNs >= toNs) break;
    const offset = chunk.baseNs - fromNs;
    for (let at = firstEndingAfter(chunk, fromNs); at < chunk.count; at++) {
      const startNs = offset + chunk.start[at];
      const from = startNs * pixelsPerNs;
      if (from >= width) break;
      const to = (startNs + chunk.ns[at]) * pixelsPerNs;
      if (to - from >= 1) {
        column.end();
        out.add(Math.max(0, from), Math.min(width, to), chunk.kind[at], 1, chunk.goroutine[at]);
      } else column.add(from, to, chunk.kind[at]);
    }
  }
  column.end();
}

function drawCoarse(
  { coarse }: ProcessorLine,
  { widthNs }: CoarseScale,
  { fromNs, toNs, width }: SeenPart,
  out: Spans,
): void {
  const pixelsPerNs = width / (toNs - fromNs);
  const last = Math.min(coarse.busyNs.length - 1, Math.floor(toNs / widthNs));
  const column = new PixelColumn(out);
  const pieceWidth = widthNs * pixelsPerNs;
  for (let piece = Math.max(0, Math.floor(fromNs / widthNs)); piece <= last; piece++) {
    const busy = coarse.busyNs[piece] * pixelsPerNs;
    if (busy === 0) continue;
    const left = (piece * widthNs - fromNs) * pixelsPerNs;
    const border = Math.ceil(left);
    // What lies on both sides of a border of pixels is parted.
    const after = Math.max(0, left + pieceWidth - border) / pieceWidth;
    if (after < 1 && left > 0) column.add(left, left + busy * (1 - after), coarse.kind[piece]);
    if (after > 0 && border < width) column.add(border, border + busy * after, coarse.kind[piece]);
  }
  column.end();
}

/** Adds up what is narrower than a pixel, and draws it a pixel wide. */
class PixelColumn {
  readonly #out: Spans;
  #at = -1;
  #busy = 0;
  #kind = 0;
  #votes = 0;

  constructor(out: Spans) {
    this.#out = out;
  }

  add(from: number, to: number, kind: KindIndex): void {
    const at = Math.max(0, Math.floor(from));
    if (at !== this.#at) {
      this.end();
      this.#at = at;
    }
    const width = to - from;
    this.#busy += width;
    if (kind === this.#kind) this.#votes += width;
    else if (this.#votes >= width) this.#votes -= width;
    else {
      this.#kind = kind;
      this.#votes = width - this.#votes;
    }
  }

  end(): void {
    if (this.#at >= 0) this.#out.add(this.#at, this.#at + 1, this.#kind, Math.min(1, this.#busy), NO_GOROUTINE_ID);
    this.#at = -1;
    this.#busy = 0;
    this.#votes = 0;
  }
}

const NO_GOROUTINE_ID = -1;

class Spans {
  #count = 0;
  #from = new Float32Array(256);
  #to = new Float32Array(256);
  #kind = new Uint16Array(256);
  #share = new Float32Array(256);
  #goroutine = new Float64Array(256);

  add(from: number, to: number, kind: KindIndex, share: number, goroutine: number): void {
    const at = this.#count++;
    if (at === this.#from.length) this.#grow();
    this.#from[at] = from;
    this.#to[at] = to;
    this.#kind[at] = kind;
    this.#share[at] = share;
    this.#goroutine[at] = goroutine;
  }

  finish(): ProcessorPicture {
    const count = this.#count;
    return {
      from: this.#from.slice(0, count),
      to: this.#to.slice(0, count),
      kind: this.#kind.slice(0, count),
      share: this.#share.slice(0, count),
      goroutine: this.#goroutine.slice(0, count),
    };
  }

  #grow(): void {
    this.#from = longer(this.#from);
    this.#to = longer(this.#to);
    this.#kind = longer(this.#kind);
    this.#share = longer(this.#share);
    this.#goroutine = longer(this.#goroutine);
  }
}

function longer<T extends Float32Array | Float64Array | Uint16Array>(column: T): T {
  const grown = new (column.constructor as new (length: number) => T)(column.length * 2);
  grown.set(column);
  return grown;
}

function coarseCounts(sums: CoarseSums, { widthNs }: CoarseScale, { fromNs, toNs, width }: SeenPart): Float32Array {
  const pixels = new Float32Array(width);
  const nsPerPixel = (toNs - fromNs) / width;
  const last = Math.min(PIECES - 1, Math.floor(toNs / widthNs));
  const covered = sums.sums();
  for (let piece = Math.max(0, Math.floor(fromNs / widthNs)); piece <= last; piece++) {
    if (covered[piece] === 0) continue;
    const left = (piece * widthNs - fromNs) / nsPerPixel;
    const border = Math.ceil(left);
    const after = (Math.max(0, left + widthNs / nsPerPixel - border) * nsPerPixel) / widthNs;
    if (border > 0 && border <= width) pixels[border - 1] += (covered[piece] * (1 - after)) / nsPerPixel;
    if (border < width) pixels[border] += (covered[piece] * after) / nsPerPixel;
  }
  return pixels;
}

/** How many intervals cover each pixel, on average. */
class Cover {
  readonly #fromNs: number;
  readonly #pixelsPerNs: number;
  readonly #partial: Float32Array;
  readonly #whole: Int32Array;

  constructor({ fromNs, toNs, width }: SeenPart) {
    this.#fromNs = fromNs;
    this.#pixelsPerNs = width / (toNs - fromNs);
    this.#partial = new Float32Array(width + 1);
    this.#whole = new Int32Array(width + 2);
  }

  add(fromNs: number, toNs: number): void {
    const width = this.#partial.length - 1;
    const from = Math.max(0, (fromNs - this.#fromNs) * this.#pixelsPerNs);
    const to = Math.min(width, (toNs - this.#fromNs) * this.#pixelsPerNs);
    if (from >= to) return;
    const first = Math.floor(from);
    const last = Math.floor(to);
    if (first === last) {
      this.#partial[first] += to - from;
      return;
    }
    this.#partial[first] += first + 1 - from;
    this.#partial[last] += to - last;
    this.#whole[first + 1]++;
    this.#whole[last]--;
  }

  counts(): Float32Array {
    const counts = this.#partial.slice(0, -1);
    for (let pixel = 0, covering = 0; pixel < counts.length; pixel++) {
      covering += this.#whole[pixel];
      counts[pixel] += covering;
    }
    return counts;
  }
}
