/**
 * A captured profile into an engine: as it was captured, with its own time, the name of its kind and the labels that are
 * given; the engine's limits are told before it refuses.
 */
import { gzipSync } from "node:zlib";
import { openProfile, recognise } from "../../core/open.js";
import { encodeProfile } from "../../core/pprof/encode.js";
import type { Profile } from "../../core/profile/profile.js";
import { FormatError } from "../../core/text/format-error.js";
import { type Captured, problem } from "../capture-problem.js";
import { gunzipped } from "../gunzip.js";
import type { Engine } from "./engine.js";
import type { EngineTarget } from "./engine-target.js";

export type PushLabels = Readonly<Record<string, string>>;

/** `-validation.max-profile-size-bytes` of Pyroscope, not compressed. */
const PYROSCOPE_MOST_BYTES = 4 * 1_048_576;

/** Labels are those of the target's selector, then `labels`. */
export async function pushProfile(
  engine: Engine,
  { kind, matchers, name }: EngineTarget,
  bytes: Uint8Array,
  labels: PushLabels,
): Promise<Captured<undefined>> {
  const what = `cannot push to ${name}`;
  let profile: Profile;
  let plain: Uint8Array;
  try {
    const given = gunzipped(bytes);
    const format = recognise(given);
    if (format === "trace") return problem("not-a-profile", what, "it is an execution trace", "Push profiles only");
    profile = openProfile(given);
    // Texts become protobuf, and a profile without a time gets the present one.
    const isWhole = format === "pprof" && profile.timeNanos > 0n;
    const timeNanos = profile.timeNanos > 0n ? profile.timeNanos : BigInt(Date.now()) * 1_000_000n;
    plain = isWhole ? given : encodeProfile({ ...profile, timeNanos });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return problem("not-a-profile", what, error.message, "Push profiles only");
  }
  const fixed = matchers.filter(({ op }) => op === "=").map(({ name: label, value }) => [label, value] as const);
  const all: Record<string, string> = { __name__: kindName(profile), ...Object.fromEntries(fixed), ...labels };
  const service = kind === "pyroscope" ? "service_name" : "job";
  if (all[service] === undefined) {
    return problem("bad-url", what, `no label ${service} says which program it is of`, `Give --label ${service}=NAME`);
  }
  const pushed = await engine.push({ labels: all, bytes: gzipSync(plain) });
  if (pushed.ok || kind !== "pyroscope" || plain.length <= PYROSCOPE_MOST_BYTES) return pushed;
  const size = `${(plain.length / 1_048_576).toFixed(1)} MB not compressed, and Pyroscope takes 4 MB unless -validation.max-profile-size-bytes says more`;
  return problem(pushed.problem.code, what, `${pushed.problem.why} (it is ${size})`, pushed.problem.todo);
}

/** The name that scrapers give a profile of this kind. */
function kindName({ sampleTypes }: Profile): string {
  const types = sampleTypes.map(({ type }) => type);
  if (types.includes("inuse_space")) return "memory";
  if (types.some((type) => /^goroutines?$/.test(type))) return "goroutine";
  if (types.includes("cpu")) return "process_cpu";
  if (types.includes("contentions")) return "block";
  return types[0] ?? "profile";
}
