/**
 * Load for the example shop: customers who come at a steady rate and do everything that a shop offers.
 *
 * Each visit is new (its own customer, orders and month), which is what makes leaks per key grow. The rate is held by
 * the clock and not by how fast the shop answers; when the shop is slow, visits are left out rather than queued.
 */
import * as http from "node:http";

export interface Load {
  /** Ends it; resolves when no request is under way any more. */
  stop(): Promise<LoadCounts>;
}

interface LoadCounts {
  readonly visits: number;
  readonly requests: number;
  /** Requests without an answer. The shop's own refusals are answers. */
  readonly failed: number;
}

const TICK_MS = 25;
/** Connections, all opened before the first visit: a number of them that rises would look like a leak of its own. */
const CONNECTIONS = 8;
const MAX_VISITORS = 32;
const REQUEST_TIMEOUT_MS = 5000;

export function startLoad(shop: string, visitsPerSecond: number): Load {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const inside = new Set<Promise<void>>();
  let startedMs = Infinity;
  let visits = 0;
  let requests = 0;
  let failed = 0;
  let isStopped = false;

  const visit = async (number: number): Promise<void> => {
    for (const path of pathsOf(number)) {
      if (isStopped) return;
      requests++;
      if (!(await get(shop + path, agent))) failed++;
    }
  };
  const doors = Array.from({ length: CONNECTIONS }, (_, i) => get(`${shop}/shipping/door-${i}`, agent));
  void Promise.all(doors).then(() => (startedMs = performance.now()));
  let due = 0;
  const clock = setInterval(() => {
    const target = Math.floor(((performance.now() - startedMs) / 1000) * visitsPerSecond);
    for (; due < target; due++) {
      if (inside.size >= MAX_VISITORS) continue;
      const visitor = visit(visits++).finally(() => inside.delete(visitor));
      inside.add(visitor);
    }
  }, TICK_MS);

  return {
    stop: async () => {
      isStopped = true;
      clearInterval(clock);
      agent.destroy(); // whoever is inside fails now; those failures are ours
      const counts = { visits, requests, failed };
      await Promise.all(inside);
      return counts;
    },
  };
}

/** What one customer asks for, one after the other. */
function pathsOf(visit: number): readonly string[] {
  return [
    `/login/customer-${visit}`,
    `/orders/${visit}?lines=3`,
    `/orders/${visit}b?lines=60`, // too many lines to be priced in time
    `/shipping/${visit}`,
    `/shipping/${visit}r`, // the carrier refuses
    `/reports/customer-${visit}?month=2026-${String((visit % 12) + 1).padStart(2, "0")}`,
    `/logout/customer-${visit}`,
  ];
}

/** Whether there was an answer. Never rejects. */
function get(url: string, agent: http.Agent): Promise<boolean> {
  return new Promise((settle) => {
    const request = http.get(url, { agent, timeout: REQUEST_TIMEOUT_MS }, (response) => {
      response.on("end", () => settle(true));
      response.on("error", () => settle(false));
      response.resume();
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => settle(false));
  });
}
