/** A menu at a point of the page: of a button, or of the right mouse button. Arrows walk it, Escape closes it. */
import { element } from "../page/element.js";

export interface MenuItem {
  readonly label: string;
  /** What it does to the eye of a screen reader, too: ticked, or one of several. */
  readonly ticked?: boolean;
  /** With `ticked`: one of its group, not a switch of its own. */
  readonly isChoice?: boolean;
  readonly run: () => void;
}

/** A heading, or nothing but a line, between groups. */
export type MenuPart = MenuItem | { readonly heading: string };

let close: ((refocus: boolean) => void) | undefined;

/** Opens it, closing whichever was open. `opener` gets the focus back. */
export function openMenu(
  label: string,
  parts: readonly MenuPart[],
  x: number,
  y: number,
  opener?: Element | null,
): void {
  close?.(false);
  const menu = element("div", { class: "menu", role: "menu", "aria-label": label });
  menu.append(...parts.map(partOf));
  const items = [...menu.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const ended = new AbortController();
  close = (refocus) => {
    close = undefined;
    ended.abort();
    menu.remove();
    if (refocus && opener instanceof HTMLElement) opener.focus();
    else if (refocus && opener instanceof SVGElement) opener.focus();
  };
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") close?.(true);
    else if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    else if (event.key.length === 1 && event.key !== " ") {
      const next = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      next.find((item) => item.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    } else return;
    event.preventDefault();
  });
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (!menu.contains(event.target as Node)) close?.(false);
    },
    { capture: true, signal: ended.signal },
  );
  window.addEventListener("blur", () => close?.(false), { signal: ended.signal });
  (document.querySelector("main") ?? document.body).append(menu);
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(4, Math.min(x, window.innerWidth - width - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, window.innerHeight - height - 4))}px`;
  items[0]?.focus();
}

/** Opens it below its button. */
export function openMenuBelow(button: HTMLElement, label: string, parts: readonly MenuPart[]): void {
  const { left, bottom } = button.getBoundingClientRect();
  openMenu(label, parts, left, bottom + 2, button);
}

function partOf(part: MenuPart): HTMLElement {
  if ("heading" in part) {
    return part.heading === ""
      ? element("hr", { role: "separator" })
      : element("div", { class: "menu-heading", role: "presentation" }, part.heading);
  }
  const role = part.ticked === undefined ? "menuitem" : part.isChoice ? "menuitemradio" : "menuitemcheckbox";
  return element(
    "button",
    {
      role,
      tabindex: -1,
      "aria-checked": part.ticked === undefined ? undefined : String(part.ticked),
      onclick: () => {
        close?.(true);
        part.run();
      },
    },
    part.label,
  );
}
