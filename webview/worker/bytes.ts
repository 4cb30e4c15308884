/** Bytes of profiles that come in parts, and those who wait for them. */
import { joinedBytes } from "../../src/core/text/joined-bytes.js";
import type { ToWebview } from "../protocol.js";

type Part = Extract<ToWebview, { type: "bytes" }>;

export interface Arrivals {
  /** Bytes of a profile, once all are there; `ask` is called for the first who wants them. */
  wanted(profile: number, ask: () => void): Promise<Uint8Array>;
  part(part: Part): void;
  failed(profile: number, message: string): void;
}

/** `progress`: so many bytes of so many are there. */
export function createArrivals(progress: (profile: number, have: number, size: number | undefined) => void): Arrivals {
  const coming = new Map<number, Coming>();
  return {
    wanted(profile, ask) {
      let one = coming.get(profile);
      if (!one) {
        one = newComing();
        coming.set(profile, one);
        ask();
      }
      return one.whole;
    },
    part({ profile, part, size, isLast }) {
      const one = coming.get(profile);
      if (!one) return;
      one.parts.push(part);
      one.have += part.length;
      if (!isLast) return progress(profile, one.have, size);
      coming.delete(profile);
      one.resolve(joinedBytes(one.parts));
    },
    failed(profile, message) {
      coming.get(profile)?.reject(new Error(message));
      coming.delete(profile);
    },
  };
}

interface Coming {
  readonly parts: Uint8Array[];
  have: number;
  readonly whole: Promise<Uint8Array>;
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

function newComing(): Coming {
  let resolve: Coming["resolve"] = () => {};
  let reject: Coming["reject"] = () => {};
  const whole = new Promise<Uint8Array>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { parts: [], have: 0, whole, resolve, reject };
}
