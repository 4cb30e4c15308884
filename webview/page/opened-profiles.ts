/** The profiles of the page: their bytes, as soon as somebody needs them, and what opening them said. */
import type { Ask } from "./worker-client.js";
import { createArrivals } from "../worker/bytes.js";
import type { ProfileBytes, ToWebview } from "../protocol.js";
import type { Opened } from "../worker/queries.js";

export interface OpenedProfiles {
  readonly count: number;
  readonly names: readonly string[];
  replace(profiles: readonly ProfileBytes[]): void;
  /** Returns its number. */
  add(profile: ProfileBytes): number;
  bytesOf(profile: number): Promise<Uint8Array>;
  open(profile: number): Promise<Opened>;
  /** Open, or about to be. */
  isKnown(profile: number): boolean;
  /** Bytes that the host sends. */
  part(message: Extract<ToWebview, { type: "bytes" }>): void;
  failed(message: Extract<ToWebview, { type: "noBytes" }>): void;
}

/** `want` asks the host for bytes; `progress` hears how many of them are there. */
export function createOpenedProfiles(
  ask: Ask,
  want: (profile: number) => void,
  progress: (profile: number, have: number, size: number | undefined) => void,
): OpenedProfiles {
  let profiles: ProfileBytes[] = [];
  let openedBy: (Promise<Opened> | undefined)[] = [];
  const arrivals = createArrivals(progress);

  async function bytesOf(number: number): Promise<Uint8Array> {
    const { name, bytes } = profiles[number];
    if (bytes) return bytes;
    const arrived = await arrivals.wanted(number, () => want(number));
    profiles[number] = { name, bytes: arrived };
    return arrived;
  }

  return {
    get count() {
      return profiles.length;
    },
    get names() {
      return profiles.map(({ name }) => name);
    },
    replace(next) {
      profiles = [...next];
      openedBy = [];
    },
    add(profile) {
      profiles = [...profiles, profile];
      return profiles.length - 1;
    },
    bytesOf,
    open(number) {
      const opening = (openedBy[number] ??= bytesOf(number).then((bytes) => ask("open", { profile: number, bytes })));
      opening.catch(() => (openedBy[number] = undefined));
      return opening;
    },
    isKnown: (number) => openedBy[number] !== undefined,
    part: (message) => arrivals.part(message),
    failed: ({ profile, message }) => arrivals.failed(profile, message),
  };
}
