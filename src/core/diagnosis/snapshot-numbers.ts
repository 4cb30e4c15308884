/** What of a snapshot is only numbers: it can be sent to another thread and written as JSON. */
import type { Snapshot, SnapshotNumbers } from "./diagnosis.js";

/** Profiles and dumps: large, and with names and folders of the program in them. */
type NoNumbers = { readonly [Key in Exclude<keyof Snapshot, keyof SnapshotNumbers>]?: never };

export function numbersAlone({
  heap: _heap,
  goroutine: _goroutine,
  dump: _dump,
  leaked: _leaked,
  ...numbers
}: Snapshot): SnapshotNumbers {
  // Does not compile when a snapshot gets a further part that is no number.
  const known: SnapshotNumbers & NoNumbers = numbers;
  return known;
}
