/**
 * Whether the page is dark: as the editor's theme, which VS Code writes into the body's classes, else as the system.
 * The theme's colours come by themselves; this is for what a theme leaves open, for form controls and scroll bars, and
 * for whoever draws with colours and has to draw again.
 */
import { HUES, STEPS } from "../flame/frame-colour.js";

const listeners: (() => void)[] = [];

/** Called after the theme has changed, in the same turn. */
export function onThemeChange(listener: () => void): void {
  listeners.push(listener);
}

export function followTheme(): void {
  registerColours();
  const system = matchMedia("(prefers-color-scheme: dark)");
  let onPaper = false;
  const apply = () => {
    const { classList, dataset } = document.body;
    const editor = [...classList].some((name) => name.startsWith("vscode-"));
    const dark = editor
      ? !classList.contains("vscode-light") && !classList.contains("vscode-high-contrast-light")
      : system.matches && !onPaper;
    if (dark) dataset["dark"] = "";
    else delete dataset["dark"];
    for (const listener of listeners) listener();
  };
  const print = (printing: boolean) => {
    onPaper = printing;
    apply();
  };
  apply();
  const queries = [system, matchMedia("(forced-colors: active)"), matchMedia("(prefers-contrast: more)")];
  for (const query of queries) query.addEventListener("change", apply);
  window.addEventListener("beforeprint", () => print(true));
  window.addEventListener("afterprint", () => print(false));
  // The editor writes the theme's colours into the style of the root, and its kind into the body's classes.
  const observer = new MutationObserver(apply);
  observer.observe(document.documentElement, { attributeFilter: ["style"] });
  observer.observe(document.body, { attributeFilter: ["class", "data-vscode-theme-id"] });
}

/** Tells the browser that the colours of frames are colours: it then mixes each once, and says what came of it. */
function registerColours(): void {
  const numbered = (prefix: string, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `--${prefix}-${from + i}`);
  const names = [
    ...["--runtime", "--rest", "--same"],
    ...[...numbered("own", 0, HUES - 1), ...numbered("std", 0, HUES - 1), ...numbered("between", 1, 6)],
    ...[...numbered("grew", 1, STEPS), ...numbered("shrank", 1, STEPS)],
  ];
  for (const name of names) {
    CSS.registerProperty({ name, syntax: "<color>", inherits: true, initialValue: "transparent" });
  }
}
