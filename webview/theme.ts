/**
 * Whether the page is dark: as the editor's theme, which VS Code writes into the body's classes, else as the system.
 * The theme's colours come by themselves; this is for what a theme leaves open, and for form controls and scroll bars.
 */
export function followTheme(): void {
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
