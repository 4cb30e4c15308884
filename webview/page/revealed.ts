/** Where to look for what somebody else points at: the profile of a finding, the stack of a function or goroutine. */
import type { Finding } from "../../src/core/diagnosis/diagnosis.js";
import type { Ask } from "./worker-client.js";
import type { ActiveView } from "./active-view.js";
import type { OpenedProfiles } from "./opened-profiles.js";

/** The first profile that counts what the finding counts; of a series, the last snapshot if it is named so. */
export async function tellingProfile(
  { sampleType: type }: Finding,
  profiles: OpenedProfiles,
): Promise<number | undefined> {
  const all = [...profiles.names.keys()];
  const isLast = (i: number) => /\blast\b/.test(profiles.names[i]);
  for (const i of [...all.filter(isLast), ...all.filter((i) => !isLast(i))]) {
    const candidate = await profiles.open(i).catch(() => undefined); // a damaged one says so when it is chosen
    if (candidate?.sampleTypes.some((known) => known.type === type)) return i;
  }
  return undefined;
}

/** The stack (root first) if the picture has it, else the most expensive one with the function; undefined for none. */
export async function stackOf(
  functionName: string,
  stack: readonly string[] | undefined,
  activeView: ActiveView,
  ask: Ask,
  width: number,
): Promise<readonly string[] | undefined> {
  const { side, inverted } = activeView.history.now;
  const frames = stack?.map((name) => activeView.frameOf(name)) ?? [];
  const known = frames.filter((frame) => frame !== undefined);
  if (stack && known.length > 0 && known.length === frames.length && !inverted) {
    const zoom = known.map((frame) => ({ frame }));
    const answer = await ask("flame", { ...activeView.view(), side, inverted, width, zoom });
    if (answer.zoom.length === frames.length) return stack;
  }
  const frame = activeView.frameOf(functionName);
  const path = frame === undefined ? [] : await ask("locate", { ...activeView.view(), frame, inverted });
  return path.length > 0 ? path.map((one) => activeView.nameOf(one)) : undefined;
}
