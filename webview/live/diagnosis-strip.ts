/** A diagnosis that is under way, above the charts: how far it is, whom it suspects, and how it goes on. */
import type { DiagnosisWish, LiveDiagnosis } from "../protocol.js";
import { element } from "../page/element.js";

export function diagnosisStrip(diagnosis: LiveDiagnosis, onWish: (wish: DiagnosisWish) => void): HTMLElement {
  const { text, suspects, canBeLonger } = diagnosis;
  const button = (label: string, wish: DiagnosisWish, title: string) =>
    element("button", { type: "button", title, "data-wish": wish, onclick: () => onWish(wish) }, label);
  return element(
    "section",
    { class: "live-moment", "aria-label": "Diagnosis", "data-diagnosis": "" },
    element("p", { role: "status" }, element("strong", {}, "Diagnosing memory. "), text),
    element(
      "ol",
      { class: "live-suspects" },
      ...suspects.map(({ text: suspect, isConfirmed }) =>
        element("li", {}, `${suspect}${isConfirmed ? "" : " (more snapshots will decide)"}`),
      ),
    ),
    element(
      "div",
      { class: "live-actions" },
      button("Judge Now", "end", "Takes no more snapshots, and judges those that are there"),
      ...(canBeLonger ? [button("Longer", "longer", "Takes half as many snapshots again, at twice the distance")] : []),
    ),
  );
}
