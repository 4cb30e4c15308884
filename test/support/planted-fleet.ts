/**
 * Many instances of one program with known truth: some leak, some warm up, some are started anew in the middle, and the
 * version says which. Profiles are as a Go program's profiler makes them (heap-simulation.ts).
 */
import { gzipSync } from "node:zlib";
import type { Labels } from "../../src/core/fleet/fleet.js";
import { encodeProfile } from "../../src/core/pprof/encode.js";
import { profileOf } from "./folded.js";
import { healthySites, heapProfile, profileLines, type Site } from "./heap-simulation.js";

export interface Planted {
  readonly labels: Labels;
  readonly atMs: number;
  /** Gzipped pprof. */
  readonly bytes: Uint8Array;
}

export interface PlantedFleet {
  readonly service: string;
  readonly instances: number;
  readonly leaking: number;
  readonly points: number;
  readonly intervalMs: number;
  readonly endMs: number;
  /** Leaking goroutines as well. */
  readonly goroutines?: boolean;
}

const MB = 1024 * 1024;
export const LEAK_FUNCTION = "shop/orders.(*Book).keep";
export const GOROUTINE_FUNCTION = "shop/mail.(*Sender).wait";
const LEAK_STACK = `main.main@/src/main.go:20;net/http.(*conn).serve@/go/src/net/http/server.go:2100;shop/orders.Handle@/src/orders/handle.go:31;${LEAK_FUNCTION}@/src/orders/book.go:44`;
const WARM_STACK = "main.main@/src/main.go:20;shop/prices.(*Table).load@/src/prices/table.go:12";

export const podName = (i: number): string => `shop-${String(i).padStart(3, "0")}`;

/** The first `leaking` instances leak 2 MB a window; they alone run version 1.4.2. Every seventh warms up, every ninth starts anew. */
export function plantFleet(fleet: PlantedFleet): readonly Planted[] {
  return Array.from({ length: fleet.instances }, (_, i) => plantInstance(fleet, i)).flat();
}

function plantInstance({ service, leaking, points, intervalMs, endMs, ...fleet }: PlantedFleet, i: number): Planted[] {
  const leaks = i < leaking;
  const labels = {
    service_name: service,
    job: service,
    pod: podName(i),
    version: leaks ? "1.4.2" : "1.4.1",
    zone: `eu-${"abc"[i % 3]}`,
  };
  const sites: Site[] = healthySites(24, 1, 0.1).map((site) => ({ ...site, live: (at, n) => site.live(at, n) / 8 }));
  if (leaks) sites.push({ stack: LEAK_STACK, objectBytes: 4096, live: (at) => (at + 1) * 2 * MB, turnover: 0 });
  const warms = i % 7 === 3;
  sites.push({
    stack: WARM_STACK,
    objectBytes: 2048,
    live: (at) => (warms ? Math.min(10, 4 * (at + 1)) : 10) * MB,
    turnover: 0,
  });
  const restartAt = i % 9 === 8 ? Math.floor(points / 3) : 0;
  const lives = restartAt > 0 ? [restartAt, points - restartAt] : [points];
  const planted: Planted[] = [];
  let window = 0;
  for (const [life, length] of lives.entries()) {
    const lines = profileLines({ sites, snapshots: length, seed: 1000 * (life + 1) + i });
    for (const [at, folded] of lines.entries()) {
      const atMs = endMs - (points - 1 - window) * intervalMs;
      const heap = { ...heapProfile(folded.join("\n")), timeNanos: BigInt(atMs) * 1_000_000n };
      planted.push({ labels: { __name__: "memory", ...labels }, atMs, bytes: gzipSync(encodeProfile(heap)) });
      if (fleet.goroutines === true) {
        const counts = goroutines(leaks ? 10 * (at + 1) : 3, atMs, i + window);
        planted.push({ labels: { __name__: "goroutine", ...labels }, atMs, bytes: counts });
      }
      window++;
    }
  }
  return planted;
}

function goroutines(waiting: number, atMs: number, seed: number): Uint8Array {
  const profile = profileOf(
    `
    main.main@/src/main.go:20;net/http.(*Server).Serve@/go/src/net/http/server.go:3400;runtime.gopark ${4 + (seed % 3)}
    shop/mail.Send@/src/mail/send.go:9;${GOROUTINE_FUNCTION}@/src/mail/sender.go:27;runtime.chanrecv1;runtime.gopark ${waiting}
    `,
    { sampleTypes: [{ type: "goroutine", unit: "count" }] },
  );
  const whole = {
    ...profile,
    timeNanos: BigInt(atMs) * 1_000_000n,
    periodType: { type: "goroutine", unit: "count" },
    period: 1,
  };
  return gzipSync(encodeProfile(whole));
}
