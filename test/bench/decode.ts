/** What is promised of decoding: against the other readers, against gunzip, and what is kept. */
import { inTurns, mb, type Measured, measureOnce, ms, nameOf, type Row } from "./measure.js";

const LARGE = ["g100k.goroutine", "compile-ssa.mem"].map(fixture);
const SMALL = ["app.heap", "gopls.cpu", "compile-ssa.cpu"].map(fixture);

export function fixture(name: string): string {
  return `test/fixtures/profiles/${name}.pb.gz`;
}

export function decodeRows(): Row[] {
  const rows: Row[] = [];
  for (const path of LARGE) {
    const once = (reader: string) => measureOnce("decode-one", reader, path);
    const measured = inTurns(["gunzip", "ours", "pprof-format", "pbf"], 3, once);
    const told = inTurns(["protobufjs"], 1, once);
    const ours = measured.get("ours") as Measured;
    const on = `${nameOf(path)}, ${mb(ours["sizeBytes"])}`;
    const peer = measured.get("pprof-format");
    if (peer) {
      rows.push(faster("Decode, warm, against pprof-format", on, ours, peer, "warm", 10));
      rows.push(faster("Decode, first call, against pprof-format", on, ours, peer, "cold", 4));
      const kept = `${mb(ours["keptBytes"])} of ${mb(peer["keptBytes"])}`;
      const measuredKept = peer["keptBytes"] / ours["keptBytes"];
      const what = "Memory kept, against pprof-format";
      rows.push({ what, on, figures: kept, measured: measuredKept, unit: "x", wanted: 3 });
    }
    const pbf = measured.get("pbf");
    if (pbf) rows.push(faster("Decode, warm, against pbf", on, ours, pbf, "warm", 2.5));
    const protobufjs = told.get("protobufjs");
    if (protobufjs) rows.push(faster("Decode, warm, against protobufjs", on, ours, protobufjs, "warm"));
    const gunzip = measured.get("gunzip");
    if (gunzip) {
      const figures = `${ms(ours["warm"])}, gunzip ${ms(gunzip["warm"])}`;
      const times = ours["warm"] / gunzip["warm"];
      const what = "Decode, warm, in gunzip times";
      rows.push({ what, on, figures, measured: times, unit: "x", wanted: 3.5, atMost: true });
    }
  }
  for (const path of SMALL) {
    const measured = inTurns(["ours", "pprof-format"], 5, (reader) => measureOnce("decode-one", reader, path));
    const ours = measured.get("ours") as Measured;
    const peer = measured.get("pprof-format");
    const on = `${nameOf(path)}, ${mb(ours["sizeBytes"])}`;
    if (peer) rows.push(faster("Decode, first call, against pprof-format", on, ours, peer, "cold", 3));
  }
  return rows;
}

export function faster(what: string, on: string, ours: Measured, other: Measured, key: string, wanted?: number): Row {
  const figures = `${ms(ours[key])}, other ${ms(other[key])}`;
  const measured = other[key] / ours[key];
  return { what, on, figures, measured, unit: "x", ...(wanted !== undefined && { wanted }) };
}
