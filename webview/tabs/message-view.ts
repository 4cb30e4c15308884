/** One message in place of a view: what cannot be shown, and why. */
import { element } from "../page/element.js";

export function messageView(title: string, text: string): HTMLElement {
  return element(
    "div",
    { class: "message", role: "status", "data-view": "message" },
    element("h2", {}, title),
    element("p", {}, text),
  );
}

/** Words of an error as a sentence. */
export function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
