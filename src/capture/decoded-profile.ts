/** What was fetched from a program, as a profile; or why it is none. */
import { FormatError } from "../core/format-error.js";
import { openProfile } from "../core/open.js";
import type { Profile } from "../core/profile.js";
import { type Captured, captured, problem } from "./capture-problem.js";
import { gunzipped } from "./gunzip.js";

export interface DecodedProfile {
  /** As they came. */
  readonly bytes: Uint8Array;
  readonly profile: Profile;
}

export function decoded(
  kind: "heap" | "goroutine",
  from: string,
  fetched: Captured<Uint8Array>,
): Captured<DecodedProfile> {
  if (!fetched.ok) return fetched;
  const bytes = fetched.value;
  try {
    return captured({ bytes, profile: openProfile(gunzipped(bytes)) });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const todo =
      error.code === "too-large"
        ? "Raise runtime.MemProfileRate in the program, so that its profiles become smaller"
        : "Check that nothing between here and the program changes its answers";
    return problem("undecodable", `cannot read the ${kind} profile of ${from}`, error.message, todo);
  }
}
