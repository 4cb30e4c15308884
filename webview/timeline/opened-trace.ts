/**
 * An execution trace in the worker: read a generation at a time while pictures of it are asked for, so that the first is
 * there before the last byte was decoded.
 *
 * Whatever has to know all of it (tables, flame graphs) reads the rest first. A part is analysed by a pass of its own,
 * and the last few are kept.
 */
import type { Warning } from "../../src/core/text/format-error.js";
import type { Profile } from "../../src/core/profile/profile.js";
import { lastBatchUnits } from "../../src/core/trace/events/batch-times.js";
import { analyseTrace, type AnalysedTrace, piecesOf, TraceReader } from "../../src/core/trace/read-trace.js";
import { goroutineLine, type GoroutineLine, goroutinePicture } from "../../src/core/trace/timeline/goroutine-line.js";
import { kindPictures, processorPicture } from "../../src/core/trace/timeline/picture.js";
import { Timeline } from "../../src/core/trace/timeline/timeline.js";
import { traceProfile } from "../../src/core/trace/trace-profile.js";
import { limitedReport, traceReport, type TraceReport } from "../../src/core/trace/trace-report.js";
import { momentOf } from "./moment.js";
import type { LineName, LinePicture, Moment, TimelineAnswer, TimeRange, TraceQuestions } from "./questions.js";

/** Rows of each table that are shown. */
const TABLE_ROWS = 200;
const KEPT_PARTS = 3;
/** How long one picture may read on before it is answered. */
const READ_MS = 150;
/** Of kinds that are drawn; the others ran least. */
const DRAWN_KINDS = 100;

interface Analysed {
  readonly trace: AnalysedTrace;
  profile?: Profile;
  report?: TraceReport;
}

export class OpenedTrace {
  readonly #bytes: Uint8Array;
  readonly #warnings: readonly Warning[];
  readonly #lastUnits: number;
  readonly #reader: TraceReader;
  #timeline!: Timeline;
  #whole: Analysed | undefined;
  /** The first picture is of the first generation: it does not wait for more. */
  #hasShown = false;
  readonly #parts = new Map<string, Analysed>();
  #line: GoroutineLine | undefined;

  /** `warnings` are those of reading the file. Throws FormatError where not one second of the trace can be read. */
  constructor(bytes: Uint8Array, warnings: readonly Warning[]) {
    this.#bytes = bytes;
    this.#warnings = warnings;
    this.#lastUnits = lastBatchUnits(bytes);
    this.#reader = new TraceReader(() => piecesOf(bytes), {
      recorder: () => (this.#timeline = new Timeline(() => this.#reader.analysis.startNs)),
    });
    if (!this.#reader.next()) this.#complete();
  }

  get durationNs(): number {
    if (this.#whole) return this.#whole.trace.durationNs;
    const { readNs, nsPerUnit, analysis } = this.#reader;
    return Math.max(readNs, this.#lastUnits * nsPerUnit - analysis.startNs);
  }

  /** Where goroutines waited, in the whole trace or a part of it, as a profile. */
  profile(range: TimeRange | undefined): Profile {
    const analysed = this.#analysed(range);
    return (analysed.profile ??= this.#warned(traceProfile(analysed.trace)));
  }

  report(range: TimeRange | undefined): TraceReport {
    const analysed = this.#analysed(range);
    return (analysed.report ??= limitedReport(traceReport(analysed.trace), TABLE_ROWS));
  }

  picture({ part, width, lines: seen, goroutine }: TraceQuestions["timeline"]["ask"]): TimelineAnswer {
    this.#readOn();
    const { analysis } = this.#reader;
    const durationNs = this.durationNs;
    const { fromNs, toNs } = part ?? { fromNs: 0, toNs: Math.max(1, durationNs) };
    const pixels = Math.max(1, Math.min(MAX_WIDTH, Math.floor(width)));
    const lines = this.#lines(goroutine);
    const shown = lines.slice(Math.max(0, seen.from), seen.to);
    const since = (ns: number) => ns - analysis.startNs;
    return {
      fromNs,
      toNs,
      durationNs,
      readNs: this.#reader.readNs,
      isComplete: this.#whole !== undefined,
      lines,
      first: Math.max(0, seen.from),
      pictures: this.#pictures(shown, { fromNs, toNs, width: pixels }),
      kinds: this.#timeline.kinds.map((_, kind) => this.#kindName(kind)),
      collections: Float64Array.from(analysis.pauses.markings, since),
      stops: Float64Array.from(analysis.pauses.stops.flatMap(({ atNs, ns }) => [atNs, atNs + ns]).map(since)),
      shortestNs: this.#timeline.shortestNs,
    };
  }

  moment({ line, timeNs, step }: TraceQuestions["moment"]["ask"]): Moment | undefined {
    const { names, analysis } = this.#reader;
    return momentOf(
      {
        timeline: this.#timeline,
        names,
        analysis,
        waiting: this.#whole?.trace.waiting ?? [],
        kindName: (kind) => this.#kindName(kind),
        goroutine: (goroutine) => this.#goroutineLine(goroutine),
      },
      line,
      timeNs,
      step,
    );
  }

  #readOn(): void {
    const isFirst = !this.#hasShown;
    this.#hasShown = true;
    if (this.#whole || isFirst) return;
    const end = performance.now() + READ_MS;
    while (performance.now() < end) if (!this.#reader.next()) return void this.#complete();
  }

  #complete(): Analysed {
    if (this.#whole === undefined) {
      while (this.#reader.next());
      this.#whole = { trace: this.#reader.finish() };
      this.#line = undefined;
    }
    return this.#whole;
  }

  #analysed(range: TimeRange | undefined): Analysed {
    if (range === undefined) return this.#complete();
    const key = `${range.fromNs} ${range.toNs}`;
    let part = this.#parts.get(key);
    this.#parts.delete(key);
    part ??= { trace: analyseTrace(() => piecesOf(this.#bytes), { range }) };
    this.#parts.set(key, part);
    for (const oldest of [...this.#parts.keys()].slice(0, -KEPT_PARTS)) this.#parts.delete(oldest);
    return part;
  }

  #warned(profile: Profile): Profile {
    return this.#warnings.length === 0 ? profile : { ...profile, warnings: [...this.#warnings, ...profile.warnings] };
  }

  /** The chosen goroutine, all processors, then the kinds that ran or waited most. */
  #lines(goroutine: number | undefined): LineName[] {
    const { processors, kinds } = this.#timeline;
    const cost = (kind: number) => kinds[kind].running.totalNs + kinds[kind].runnable.totalNs;
    const costly = [...kinds.keys()].filter((kind) => cost(kind) > 0).sort((a, b) => cost(b) - cost(a));
    return [
      ...(goroutine === undefined ? [] : [{ type: "goroutine" as const, goroutine }]),
      ...[...processors.keys()].sort((a, b) => a - b).map((proc) => ({ type: "processor" as const, proc })),
      ...costly.slice(0, DRAWN_KINDS).map((kind) => ({ type: "kind" as const, kind })),
    ];
  }

  #pictures(lines: readonly LineName[], part: TimeRange & { readonly width: number }): LinePicture[] {
    const shownKinds = lines.flatMap((line) => (line.type === "kind" ? [line.kind] : []));
    const kinds = shownKinds.length === 0 ? [] : kindPictures(this.#timeline, shownKinds, part);
    const { processors, scale } = this.#timeline;
    return lines.map((line): LinePicture => {
      switch (line.type) {
        case "processor":
          return { type: "processor", ...processorPicture(processors.get(line.proc)!, scale, part) };
        case "kind":
          return { type: "kind", ...kinds[shownKinds.indexOf(line.kind)] };
        case "goroutine": {
          const states = this.#goroutineLine(line.goroutine);
          return { type: "goroutine", ...(states ? goroutinePicture(states, part) : NOTHING) };
        }
      }
    });
  }

  #goroutineLine(goroutine: number): GoroutineLine | undefined {
    if (this.#line?.goroutine === goroutine && this.#whole) return this.#line;
    this.#line = goroutineLine(this.#timeline, this.#reader.analysis, goroutine, this.#whole?.trace);
    return this.#line;
  }

  #kindName(kind: number): string {
    const { names, analysis } = this.#reader;
    const root = analysis.kinds.rows[kind]?.root ?? -1;
    return root < 0 ? "(others)" : names.string(names.frameFunction[root]);
  }
}

const MAX_WIDTH = 8192;
const NOTHING = { from: new Float32Array(0), to: new Float32Array(0), state: new Uint8Array(0) };
