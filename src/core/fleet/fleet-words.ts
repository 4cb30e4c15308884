/** What is said of a finding in many instances: how many, how fast, since when, and what sets them apart. */
import type { Finding, FindingInstances } from "../diagnosis/diagnosis.js";
import { amount } from "../diagnosis/report/diagnosis-text.js";
import type { Separation } from "./separating-label.js";

const NAMED = 6;

/** "It grows in 5 of 30 instances (pod), 2.1MB a minute each, since 14:05 UTC: shop-1, …" */
export function instancesSentence(
  { by, leaking, total, slopeOfOne, sinceMs }: FindingInstances,
  { sampleType }: Pick<Finding, "sampleType">,
  firstMs: number,
): string {
  const shown = leaking.slice(0, NAMED).join(", ");
  const more = leaking.length > NAMED ? ` and ${leaking.length - NAMED} more` : "";
  const what = sampleType.endsWith("_space") ? amount(slopeOfOne, sampleType) : `${amountOf(slopeOfOne)} goroutines`;
  const since = sinceMs === undefined ? `since before ${timeText(firstMs)}` : `since ${timeText(sinceMs)}`;
  const of = `${leaking.length.toLocaleString("en")} of ${total.toLocaleString("en")}`;
  const each = leaking.length === 1 ? "" : " each";
  return `It leaks in ${of} instances (${by}), ${what} a minute${each}, ${since}: ${shown}${more}.`;
}

/** "All 5 of version=1.4.2 leak, none of the 25 others (1.4.1): chance alone …" */
export function labelSentence(separation: Separation): string {
  const { name, value, leakingWith, allWith, leakingWithout, allWithout, others, chance, same } = separation;
  const kind = `${name}=${value}`;
  const those =
    leakingWith === allWith ? `All ${allWith} of ${kind} leak` : `${leakingWith} of ${allWith} of ${kind} leak`;
  const which = others.length > 0 ? ` (${name} ${others.join(", ")})` : "";
  const rest =
    leakingWithout === 0 ? `none of the ${allWithout} others` : `${leakingWithout} of the ${allWithout} others`;
  const doubt = `chance alone parts them so clearly once in ${onceIn(chance)} times (Fisher's exact test)`;
  const equal =
    same.length === 0
      ? ""
      : ` ${same.map((one) => `${one.name}=${one.value}`).join(", ")} parts them in the same way: which of these it is cannot be told from here.`;
  return `${those}, ${rest}${which}: ${doubt}.${equal}`;
}

/** "2026-11-30 14:05 UTC": instances are in many time zones. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const amountOf = (count: number): string => count.toLocaleString("en", { maximumFractionDigits: 1 });

function onceIn(chance: number): string {
  const times = 1 / chance;
  if (times >= 1e9) return "more than a billion";
  return Math.floor(times).toLocaleString("en");
}
