/**
 * Reports of Go's race detector: the stacks of the goroutines that touched the same memory, and where they were created.
 * A stack is that of the moment of the access, so the report is no picture of what goroutines do now.
 *
 *   WARNING: DATA RACE
 *   Read at 0x00c0000a4010 by goroutine 7:
 *     main.main.func1()
 *         /app/main.go:12 +0x3c
 *
 *   Previous write at 0x00c0000a4010 by main goroutine:
 *     …
 *   Goroutine 7 (running) created at:
 *     main.main()
 *         /app/main.go:10 +0x50
 *   ==================
 *
 * The grammar is that of LLVM's tsan/rtl/tsan_report.cpp (its Go part).
 */
import { skipSpaces } from "../../text/ascii.js";
import type { InternedBytes } from "../../text/interned.js";
import { decodeUtf8, encodeUtf8 } from "../../text/utf8.js";
import {
  CALL,
  NO_FRAME,
  UNKNOWN_ID,
  type GoroutineBuilder,
  type GoroutineFrameIndex,
  type StackIndex,
} from "../goroutine.js";

interface Access {
  readonly id: number;
  readonly state: string;
  readonly report: number;
  stack: StackIndex;
  creator: GoroutineFrameIndex;
}

/** Gets the lines of reports as `DumpGrammar` reads them; `add` at the end makes rows of them. */
export class RaceReports {
  readonly #builder: GoroutineBuilder;
  readonly #functions: InternedBytes;
  readonly #files: InternedBytes;
  readonly #accesses: Access[] = [];
  #reports = 0;
  /** Stacks that the detector could not restore. */
  #lost = 0;
  #frames: GoroutineFrameIndex[] = [];
  /** The goroutine whose access or whose creation is read. */
  #section: Access | number | undefined;
  /** A function that waits for the line that says where it is. */
  #function: string | undefined;

  constructor(builder: GoroutineBuilder, functions: InternedBytes, files: InternedBytes) {
    this.#builder = builder;
    this.#functions = functions;
    this.#files = files;
  }

  get reports(): number {
    return this.#reports;
  }

  get lost(): number {
    return this.#lost;
  }

  begin(): void {
    this.endSection();
    this.#reports++;
  }

  /** A line inside a report. */
  line(bytes: Uint8Array, from: number, to: number): void {
    const start = skipSpaces(bytes, from, to);
    if (start === to) return;
    const line = decodeUtf8(bytes, start, Math.min(to, start + MAX_LINE));
    if (this.#heading(line) || this.#section === undefined) return;
    const place = this.#function === undefined ? null : PLACE.exec(line);
    if (place !== null && this.#function !== undefined) {
      const pcOffset = parseInt(place[3] ?? "0", 16);
      const file = indexIn(this.#files, place[1]);
      const frame = this.#builder.frame(
        indexIn(this.#functions, this.#function),
        file,
        Number(place[2]),
        pcOffset,
        CALL,
      );
      this.#frames.push(frame);
      this.#function = undefined;
    } else this.#function = CALLED.exec(line)?.[1] ?? this.#function;
  }

  /** Takes a heading of a section; false when the line is none. */
  #heading(line: string): boolean {
    const access = ACCESS.exec(line);
    const created = access === null ? CREATED.exec(line) : null;
    if (line.startsWith("[failed to restore the stack]")) this.#lost++;
    if (access === null && created === null && !OTHER.test(line)) return false;
    this.endSection();
    if (access !== null) {
      const [, previous, kind, id] = access;
      const state = `${previous === undefined ? "" : "previous "}racing ${kind.toLowerCase()}`;
      const number = id === undefined ? MAIN_GOROUTINE : Number(id);
      this.#section = { id: number, state, report: this.#reports, stack: 0, creator: NO_FRAME };
    } else if (created !== null) this.#section = Number(created[1]);
    return true;
  }

  endSection(): void {
    const section = this.#section;
    this.#function = undefined;
    if (typeof section === "number") {
      const [creator] = this.#frames;
      for (let i = this.#accesses.length - 1; i >= 0 && this.#accesses[i].report === this.#reports; i--) {
        if (this.#accesses[i].id === section && creator !== undefined) this.#accesses[i].creator = creator;
      }
    } else if (section !== undefined) {
      section.stack = this.#builder.stack(Int32Array.from(this.#frames), this.#frames.length);
      if (this.#accesses.length < MAX_ACCESSES) this.#accesses.push(section);
    }
    this.#section = undefined;
    this.#frames = [];
  }

  /** A row for each access. A goroutine has its number in the first only: numbers are unique. */
  add(): void {
    this.endSection();
    const seen = new Set<number>();
    for (const { id, state, stack, creator } of this.#accesses) {
      this.#builder.add({ id: seen.has(id) ? UNKNOWN_ID : id, state, stack, creator });
      seen.add(id);
    }
  }
}

function indexIn(table: InternedBytes, text: string): number {
  const bytes = encodeUtf8(text);
  return table.indexOf(bytes, 0, bytes.length);
}

const MAIN_GOROUTINE = 1;
const MAX_LINE = 4096;
const MAX_ACCESSES = 100_000;
const CALLED = /^(\S.*)\([^()]*\)$/;
const PLACE = /^(\S.*):(\d{1,9})(?: \+0x([0-9a-f]{1,6}))?$/;
const ACCESS = /^(Previous )?((?:atomic )?(?:read|write)) at 0x[0-9a-f]+ by (?:main goroutine|goroutine (\d+)):$/i;
const CREATED = /^Goroutine (\d+) \((?:running|finished)\) created at:$/;
const OTHER = /^(?:Location is |Mutex M\d+ |As if synchronized|\[failed to restore the stack\])/;
