/**
 * A trace of any length in a fixed number of equal pieces of time: what a picture of the whole is drawn from.
 *
 * The pieces begin with a microsecond and become twice as wide whenever the trace is longer than all of them together,
 * so nothing has to be known beforehand of how long it is.
 */
export const PIECES = 16_384;

/** The width of pieces, common to all sums of a trace. */
export class CoarseScale {
  widthNs = 1024;
  readonly #folds: (() => void)[] = [];

  /** `fold` is called to make two pieces one, each time the pieces become wider. */
  onWider(fold: () => void): void {
    this.#folds.push(fold);
  }

  /** Makes the pieces so wide that a moment lies in one of them. */
  cover(timeNs: number): void {
    while (timeNs >= this.widthNs * PIECES) {
      for (const fold of this.#folds) fold();
      this.widthNs *= 2;
    }
  }
}

/** How much of each piece is covered by intervals that may overlap, in nanoseconds. */
export class CoarseSums {
  readonly #scale: CoarseScale;
  readonly #partial = new Float32Array(PIECES + 1);
  /** Intervals that begin to cover whole pieces here, less those that end. */
  readonly #whole = new Int32Array(PIECES + 1);
  totalNs = 0;

  constructor(scale: CoarseScale) {
    this.#scale = scale;
    scale.onWider(() => this.#fold());
  }

  /** The scale covers `toNs` already. */
  add(fromNs: number, toNs: number): void {
    const { widthNs } = this.#scale;
    this.totalNs += toNs - fromNs;
    const first = Math.floor(fromNs / widthNs);
    const last = Math.floor(toNs / widthNs);
    if (first === last) {
      this.#partial[first] += toNs - fromNs;
      return;
    }
    this.#partial[first] += (first + 1) * widthNs - fromNs;
    this.#partial[last] += toNs - last * widthNs;
    this.#whole[first + 1]++;
    this.#whole[last]--;
  }

  /** Nanoseconds by piece. */
  sums(): Float32Array {
    const sums = this.#partial.slice(0, PIECES);
    for (let piece = 0, covering = 0; piece < PIECES; piece++) {
      covering += this.#whole[piece];
      sums[piece] += covering * this.#scale.widthNs;
    }
    return sums;
  }

  #fold(): void {
    const sums = this.sums();
    this.#partial.fill(0);
    this.#whole.fill(0);
    for (let piece = 0; piece < PIECES; piece++) this.#partial[piece >> 1] += sums[piece];
  }
}

/** How much of each piece a processor ran, and mostly goroutines of which kind: found by weighted votes. */
export class CoarseRuns {
  readonly #scale: CoarseScale;
  readonly busyNs = new Float32Array(PIECES);
  readonly kind = new Uint16Array(PIECES);
  readonly #weight = new Float32Array(PIECES);

  constructor(scale: CoarseScale) {
    this.#scale = scale;
    scale.onWider(() => this.#fold());
  }

  /** Intervals of one processor, which do not overlap. The scale covers `toNs` already. */
  add(fromNs: number, toNs: number, kind: number): void {
    const { widthNs } = this.#scale;
    const last = Math.min(PIECES - 1, Math.floor(toNs / widthNs));
    for (let piece = Math.floor(fromNs / widthNs); piece <= last; piece++) {
      const ns = Math.min(toNs, (piece + 1) * widthNs) - Math.max(fromNs, piece * widthNs);
      this.busyNs[piece] += ns;
      this.#vote(piece, kind, ns);
    }
  }

  #vote(piece: number, kind: number, ns: number): void {
    if (this.kind[piece] === kind) this.#weight[piece] += ns;
    else if (this.#weight[piece] >= ns) this.#weight[piece] -= ns;
    else {
      this.kind[piece] = kind;
      this.#weight[piece] = ns - this.#weight[piece];
    }
  }

  #fold(): void {
    const { busyNs, kind } = this;
    const weight = this.#weight;
    for (let piece = 0; piece < PIECES / 2; piece++) {
      const [a, b] = [2 * piece, 2 * piece + 1];
      busyNs[piece] = busyNs[a] + busyNs[b];
      const same = kind[a] === kind[b];
      const stronger = weight[a] >= weight[b] ? a : b;
      const votes = same ? weight[a] + weight[b] : Math.abs(weight[a] - weight[b]);
      kind[piece] = kind[stronger];
      weight[piece] = votes;
    }
    busyNs.fill(0, PIECES / 2);
    kind.fill(0, PIECES / 2);
    weight.fill(0, PIECES / 2);
  }
}
