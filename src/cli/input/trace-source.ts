/**
 * The bytes of a trace for `godiag trace`: a file is read in pieces and never held as a whole; what was gzipped, and
 * standard input, is.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { piecesOf, type TraceSource } from "../../core/trace/read-trace.js";
import type { Terminal } from "../terminal.js";
import { readInput } from "./read-input.js";

const PIECE = 1 << 20;

/** Throws Failure where `arg` cannot be read. */
export async function traceSource(terminal: Terminal, arg: string): Promise<TraceSource> {
  const path = resolve(terminal.cwd, arg);
  if (arg === "-" || !isPlainFile(path)) {
    const bytes = await readInput(terminal, arg);
    return () => piecesOf(bytes);
  }
  return () => piecesOfFile(path);
}

function* piecesOfFile(path: string): Iterable<Uint8Array> {
  const file = openSync(path, "r");
  try {
    const piece = new Uint8Array(PIECE);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) yield piece.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

/** Whether it begins as a trace does; all else is read, and refused, as every input is. */
function isPlainFile(path: string): boolean {
  try {
    const file = openSync(path, "r");
    try {
      const start = new Uint8Array(START.length);
      readSync(file, start);
      return new TextDecoder().decode(start) === START;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

const START = "go 1.";
