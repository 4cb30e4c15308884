/** How long a trace is, before it was read: from the headers of its batches, which are few. */
import { FormatError } from "../../text/format-error.js";
import { END_OF_GENERATION, EVENT_BATCH, EXPERIMENTAL_BATCH, HEADER_BYTES } from "./trace-format.js";
import { WireReader } from "./wire-reader.js";

/** The latest time of a batch, in units of the trace's clock; 0 where there is none. Stops at whatever is broken. */
export function lastBatchUnits(bytes: Uint8Array): number {
  const reader = new WireReader(bytes, HEADER_BYTES, bytes.length, 0);
  let last = 0;
  try {
    while (!reader.atEnd()) {
      const kind = reader.byte();
      if (kind === END_OF_GENERATION) continue;
      if (kind !== EVENT_BATCH && kind !== EXPERIMENTAL_BATCH) break;
      if (kind === EXPERIMENTAL_BATCH) reader.byte();
      reader.varint(); // generation
      reader.varint(); // thread
      const units = reader.varint();
      reader.skip(reader.varint());
      last = Math.max(last, units);
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return last;
}
