/**
 * speedscope's file format (https://www.speedscope.app/file-format-schema.json): one sampled profile per sample type.
 *
 * speedscope refuses negative weights, so a diff cannot be shown in it.
 */
import { FormatError } from "../text/format-error.js";
import type { Frames, Stacks } from "../profile/frames.js";
import type { ValueType } from "../profile/profile.js";
import type { Weights } from "../profile/weights.js";

export interface SpeedscopeProfile {
  readonly sampleType: ValueType;
  readonly weights: Weights;
}

/** The document in pieces, to be written one after the other. */
export function* speedscopeFile(
  name: string,
  frames: Frames,
  stacks: Stacks,
  profiles: readonly SpeedscopeProfile[],
  active: number,
): Generator<string> {
  for (const { weights } of profiles) {
    if (weights.some((weight) => weight < 0)) {
      throw new FormatError("negative", "speedscope cannot show negative values, such as a diff has");
    }
  }
  yield `{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"godiag",`;
  yield `"name":${JSON.stringify(name)},"activeProfileIndex":${active},"shared":{"frames":[`;
  for (let frame = 0; frame < frames.count; frame++) {
    const file = frames.file[frame];
    const line = frames.line[frame];
    const described = { name: frames.name[frame], ...(file && { file }), ...(line > 0 && { line }) };
    yield (frame > 0 ? "," : "") + JSON.stringify(described);
  }
  yield `]},"profiles":[`;
  for (const [index, { sampleType, weights }] of profiles.entries()) {
    if (index > 0) yield ",";
    let total = 0;
    for (const weight of weights) total += weight;
    const kept = (sample: number) => weights[sample] > 0;
    const header = {
      type: "sampled",
      name: sampleType.type,
      unit: unitOf(sampleType.unit),
      startValue: 0,
      endValue: total,
    };
    yield JSON.stringify(header).slice(0, -1) + `,"samples":[`;
    yield* pieces(weights.length, kept, (sample) =>
      JSON.stringify([...stacks.frame.subarray(stacks.start[sample], stacks.start[sample + 1])]),
    );
    yield `],"weights":[`;
    yield* pieces(weights.length, kept, (sample) => String(weights[sample]));
    yield "]}";
  }
  yield "]}\n";
}

function* pieces(count: number, kept: (row: number) => boolean, text: (row: number) => string): Generator<string> {
  let piece = "";
  let first = true;
  for (let row = 0; row < count; row++) {
    if (!kept(row)) continue;
    piece += (first ? "" : ",") + text(row);
    first = false;
    if (piece.length > 1 << 20) {
      yield piece;
      piece = "";
    }
  }
  yield piece;
}

/** Only these units are in speedscope's schema. */
function unitOf(unit: string): string {
  return ["nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"].includes(unit) ? unit : "none";
}
