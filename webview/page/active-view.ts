/** What is looked at: opens the profiles that the state names, looks through its lens, and says what is seen there. */
import { type Ask, Refusal } from "./worker-client.js";
import type { History } from "./history.js";
import { sentence } from "../tabs/message-view.js";
import type { OpenedProfiles } from "./opened-profiles.js";
import type { Lens, LensInfo, Opened } from "../worker/queries.js";
import { sampleWords } from "./sample-text.js";
import { lensOf, type ViewState } from "./state.js";
import { errorText } from "../../src/core/text/error-text.js";

/** Why nothing is seen, for people. */
export interface NotShown {
  readonly title: string;
  readonly words: string;
  /** For the log, where it is worth a line there. */
  readonly log?: string;
}

export interface ActiveView {
  readonly history: History<ViewState>;
  readonly profiles: OpenedProfiles;
  /** The profile; undefined until it is open. */
  readonly opened: Opened | undefined;
  /** Of the lens; undefined until it was looked through. */
  readonly info: LensInfo | undefined;
  readonly sampleType: number;
  /** What the worker is asked about. */
  view(): { readonly lens: Lens; readonly sampleType: number };
  /** What is counted: the sample type, its unit, and both in words. */
  counted(): { readonly type: string; readonly unit: string; readonly what: string };
  nameOf(frame: number): string;
  frameOf(name: string): number | undefined;
  /** Other profiles are there now. */
  forget(): void;
  /** `isWanted` is false once the state has moved on; `opening` hears of profiles that are opened first. */
  look(isWanted: () => boolean, opening: (profile: number) => void): Promise<"seen" | "outdated" | NotShown>;
}

export function createActiveView(history: History<ViewState>, profiles: OpenedProfiles, ask: Ask): ActiveView {
  let opened: Opened | undefined;
  let info: LensInfo | undefined;
  let infoOf = "";
  let sampleType = 0;

  /** A state may come from another time: what it names may be gone. */
  function keepInside(): void {
    const { profile, base } = history.now;
    const last = profiles.count - 1;
    if (profile <= last && (base === undefined || (base <= last && base !== profile))) return;
    history.replace({ ...history.now, profile: Math.min(profile, last), base: undefined });
  }

  return {
    history,
    profiles,
    get opened() {
      return opened;
    },
    get info() {
      return info;
    },
    get sampleType() {
      return sampleType;
    },
    view: () => ({ lens: lensOf(history.now), sampleType }),
    counted() {
      const counted = info?.sampleTypes[sampleType] ?? { type: "samples", unit: "" };
      return { ...counted, what: sampleWords(counted).name };
    },
    nameOf: (frame) => (frame < 0 ? "(smaller)" : (info?.names[frame] ?? "")),
    frameOf(name) {
      const frame = info?.names.indexOf(name) ?? -1;
      return frame < 0 ? undefined : frame;
    },
    forget() {
      opened = undefined;
      info = undefined;
    },
    async look(isWanted, opening) {
      if (profiles.count === 0) return { title: "Nothing to show", words: "There is no profile here." };
      keepInside();
      const { profile, base } = history.now;
      for (const number of base === undefined ? [profile] : [profile, base]) {
        if (!profiles.isKnown(number)) opening(number);
        try {
          const now = await profiles.open(number);
          if (!isWanted()) return "outdated";
          if (number === profile) opened = now;
        } catch (error) {
          return isWanted() ? unreadable(profiles.names[number], error) : "outdated";
        }
      }
      const lens = lensOf(history.now);
      const key = JSON.stringify(lens);
      if (!info || infoOf !== key) {
        try {
          const now = await ask("lens", { lens });
          if (!isWanted()) return "outdated";
          info = now;
          infoOf = key;
        } catch (error) {
          if (!isWanted()) return "outdated";
          return { title: "This cannot be shown", words: `${sentence(errorText(error))} Undo leads back.` };
        }
      }
      const named = info.sampleTypes.findIndex(({ type }) => type === history.now.sampleType);
      sampleType = named >= 0 ? named : preferredType(info);
      return "seen";
    },
  };
}

function unreadable(name: string, error: unknown): NotShown {
  const where = error instanceof Refusal && error.offset !== undefined ? ` (at byte ${error.offset})` : "";
  return {
    title: "This file cannot be read as a profile",
    words: `${sentence(errorText(error))}${where}`,
    log: `cannot read ${name}: ${errorText(error)}${where}`,
  };
}

/** Live bytes are what one looks for first in a heap profile, whatever it names as its default. */
function preferredType({ sampleTypes, defaultSampleType }: LensInfo): number {
  const live = sampleTypes.findIndex(({ type }) => type === "inuse_space");
  return live >= 0 ? live : defaultSampleType;
}
