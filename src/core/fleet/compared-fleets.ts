/** One kind of instances against another: what a new version does that the old one did not. */
import { againstBaseline } from "../diagnosis/report/baseline.js";
import type { Diagnosis } from "../diagnosis/diagnosis.js";
import type { Fleet } from "./fleet.js";
import { diagnoseFleet } from "./fleet-diagnosis.js";

export function onlyWith(fleet: Fleet, name: string, value: string): Fleet {
  return { ...fleet, instances: fleet.instances.filter(({ labels }) => labels[name] === value) };
}

/** What `others` have too is no news, unless it is worse: slopes are compared for one instance of each. */
export function againstOthers(
  diagnosis: Diagnosis,
  others: Fleet,
  named: { readonly name: string; readonly value: string },
): Diagnosis {
  const known = diagnoseFleet(others).findings;
  const perInstance = known.map((finding) => {
    const here = diagnosis.findings.find((one) => one.kind === finding.kind && one.function === finding.function);
    const slope = (finding.instances?.slopeOfOne ?? 0) * (here?.instances?.leaking.length ?? 1);
    // Stacks of two versions differ in what they pass through: the place that leaks is compared.
    return { ...finding, slopePerMinute: slope, stack: here?.stack ?? finding.stack };
  });
  const compared = againstBaseline(diagnosis, perInstance);
  const message = `Compared with the ${others.instances.length} instances of ${named.name}=${named.value}, which have ${known.length === 0 ? "no finding" : known.length === 1 ? "1 finding" : `${known.length} findings`}`;
  return { ...compared, notes: [...compared.notes, { code: "against", message }] };
}
