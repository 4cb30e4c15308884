/**
 * A series of snapshots in a folder: `NN.heap.pb.gz`, `NN.goroutine.pb.gz`, and `series.json` with the numbers of each
 * snapshot and, for a run of the example, the lines that leak. `--save` writes it; the demo ships two of them.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzip } from "../../capture/gunzip.js";
import type { Series, TakenSnapshot } from "../../capture/series.js";
import type { SnapshotNumbers } from "../../core/diagnosis/diagnosis.js";
import { numbersAlone } from "../../core/diagnosis/snapshot-numbers.js";
import { decodeProfile } from "../../core/pprof/decode.js";
import { Failure } from "../failure.js";
import type { Marker } from "./leak-markers.js";

interface Recording {
  readonly snapshots: readonly SnapshotNumbers[];
  readonly markers: readonly Marker[];
}

export async function recordedSeries(folder: string): Promise<Series> {
  const { snapshots } = await recording(folder);
  const taken = await Promise.all(
    snapshots.map(async (numbers, i): Promise<TakenSnapshot> => {
      const heapBytes = await readFile(join(folder, `${numbered(i)}.heap.pb.gz`));
      const goroutineBytes = await readFile(join(folder, `${numbered(i)}.goroutine.pb.gz`));
      const heap = decodeProfile(gunzip(heapBytes).bytes);
      const goroutine = decodeProfile(gunzip(goroutineBytes).bytes);
      return { snapshot: { ...numbers, heap, goroutine }, heapBytes, goroutineBytes };
    }),
  );
  return { taken, partial: undefined };
}

export async function recordedMarkers(folder: string): Promise<readonly Marker[]> {
  return (await recording(folder)).markers;
}

/** Writes one snapshot's profiles, so that what was sampled is on disk whatever happens next. */
export async function saveSnapshot(
  folder: string,
  { heapBytes, goroutineBytes }: TakenSnapshot,
  index: number,
): Promise<void> {
  await saving(folder, async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${numbered(index)}.heap.pb.gz`), heapBytes);
    if (goroutineBytes !== undefined)
      await writeFile(join(folder, `${numbered(index)}.goroutine.pb.gz`), goroutineBytes);
  });
}

export async function saveNumbers(folder: string, { taken }: Series, markers: readonly Marker[] = []): Promise<void> {
  const snapshots = taken.map(({ snapshot }) => numbersAlone(snapshot));
  const recording: Recording = { snapshots, markers };
  await saving(folder, () => writeFile(join(folder, "series.json"), `${JSON.stringify(recording, undefined, 2)}\n`));
}

async function saving(folder: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new Failure(
      "unwritable",
      `cannot write to ${folder}`,
      (error as Error).message,
      "Choose another folder with --save",
    );
  }
}

const numbered = (index: number): string => String(index).padStart(2, "0");

async function recording(folder: string): Promise<Recording> {
  try {
    return JSON.parse(await readFile(join(folder, "series.json"), "utf8")) as Recording;
  } catch (error) {
    throw new Failure(
      "no-recording",
      "cannot read the recorded run",
      (error as Error).message,
      "Build godiag again: npm run build",
    );
  }
}
