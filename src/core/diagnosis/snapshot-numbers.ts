/** What of a snapshot is only numbers: it can be sent to another thread and written as JSON. */
import type { Snapshot, SnapshotNumbers } from "./diagnosis.js";

export function numbersAlone({
  heap: _heap,
  goroutine: _goroutine,
  leaked: _leaked,
  ...numbers
}: Snapshot): SnapshotNumbers {
  return numbers;
}
