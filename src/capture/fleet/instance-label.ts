/** Which label tells instances apart, where nobody says: the one that most fleets have. */
import type { Labels } from "../../core/fleet/fleet.js";
import { type Captured, captured, problem } from "../capture-problem.js";
import type { EngineTarget } from "./engine-target.js";

const USUAL = [
  "pod",
  "k8s.pod.name",
  "k8s_pod_name",
  "pod_name",
  "instance",
  "service_instance_id",
  "service.instance.id",
  "container_id",
  "hostname",
  "host",
  "node",
];

export function instanceLabel({ name }: EngineTarget, all: readonly Labels[], wanted?: string): Captured<string> {
  const there = new Set(all.flatMap((labels) => Object.keys(labels)).filter((label) => !label.startsWith("__")));
  const found = (wanted === undefined ? USUAL : [wanted]).find((label) => there.has(label));
  if (found !== undefined) return captured(found);
  const what = `cannot tell the instances of ${name} apart`;
  const why = wanted === undefined ? "they have no label that usually names one" : `they have no label ${wanted}`;
  const labels = [...there].slice(0, 12).join(", ");
  return problem(
    "unknown-profile",
    what,
    why,
    labels === "" ? "Give each a label pod" : `Name one with --by: ${labels}`,
  );
}
