/**
 * Whether the page is dark: as the editor's theme, which VS Code writes into the body's classes, else as the system.
 * The theme's colours come by themselves; this is for what a theme leaves open, and for form controls and scroll bars.
 */
import { HUES, STEPS } from "./frame-colour.js";

export function followTheme(): void {
  registerColours();
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const { classList, dataset } = document.body;
    const editor = [...classList].some((name) => name.startsWith("vscode-"));
    const dark = editor
      ? !classList.contains("vscode-light") && !classList.contains("vscode-high-contrast-light")
      : system.matches;
    if (dark) dataset["dark"] = "";
    else delete dataset["dark"];
  };
  apply();
  system.addEventListener("change", apply);
  new MutationObserver(apply).observe(document.body, { attributeFilter: ["class"] });
}

/**
 * Tells the browser that the colours of frames are colours: it then mixes each once, not once for every frame that has
 * it, which was a third of the time that a zoom took.
 */
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
