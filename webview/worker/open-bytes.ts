/**
 * Bytes of any profile file, gzipped or not, into tables: in a browser. Frames that the profile itself declares
 * uninteresting are left out, as everywhere that profiles are shown. Of a damaged file what can be read is shown, with
 * a warning of what is wrong and where.
 */
import { FormatError, type Warning } from "../../src/core/text/format-error.js";
import { isGzip } from "../../src/core/text/gzip.js";
import { openProfile, recognise } from "../../src/core/open.js";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { salvage } from "../../src/core/pprof/salvage.js";
import type { Profile } from "../../src/core/profile/profile.js";
import { withoutUninteresting } from "../../src/core/profile/prune.js";
import { isTrace } from "../../src/core/trace/events/trace-format.js";
import { OpenedTrace } from "../timeline/opened-trace.js";
import { gunzip, gunzipDamaged } from "./gunzip.js";
import { thousands } from "../../src/core/text/format.js";

/** Throws FormatError when nothing can be read. */
export async function openBytes(input: Uint8Array): Promise<Profile | OpenedTrace> {
  try {
    const { bytes, warnings } = isGzip(input) ? await gunzip(input) : { bytes: input, warnings: [] };
    if (isTrace(bytes)) return new OpenedTrace(bytes, warnings);
    return warned(openProfile(bytes), warnings);
  } catch (error) {
    const saved = error instanceof FormatError ? readable(input, error) : undefined;
    if (!saved) throw error;
    return saved;
  }
}

function warned(profile: Profile, warnings: readonly Warning[]): Profile {
  const shown = withoutUninteresting(profile);
  return warnings.length === 0 ? shown : { ...shown, warnings: [...warnings, ...shown.warnings] };
}

/** What there is before the damage; undefined when that is nothing. */
function readable(input: Uint8Array, damage: FormatError): Profile | OpenedTrace | undefined {
  try {
    const bytes = isGzip(input) ? gunzipDamaged(input) : input;
    if (isTrace(bytes)) return new OpenedTrace(bytes, [damaged(damage, "")]);
    if (recognise(bytes) !== "pprof") {
      const profile = openProfile(bytes);
      return profile.samples.count === 0 ? undefined : warned(profile, [damaged(damage, "")]);
    }
    const saved = salvage(bytes);
    if (!saved) return undefined;
    const { samples, lostNames } = saved;
    const stacks = samples === 1 ? "one stack" : `${thousands(samples)} stacks`;
    const names =
      lostNames === 0
        ? ""
        : ` The names of ${lostNames === 1 ? "one function is" : `${thousands(lostNames)} functions are`} lost: their frames are named by address.`;
    return warned(decodeProfile(saved.bytes), [damaged(damage, `: ${stacks}.${names}`)]);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function damaged({ message, offset }: FormatError, what: string): Warning {
  const where = offset === undefined ? "" : ` (at byte ${offset})`;
  const words = `This file is damaged: ${message}${where}. Shown is what could be read${what || "."}`;
  return { code: "damaged", message: words, ...(offset !== undefined && { offset }) };
}
