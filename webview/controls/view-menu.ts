/** How the pictures are drawn and cut: what is not changed often enough to stand in the bar. */
import type { MenuPart } from "./menu.js";
import type { ViewState } from "../page/state.js";

export function viewMenu(state: ViewState, change: (fields: Partial<ViewState>) => void): MenuPart[] {
  const flag = (label: string, ticked: boolean, fields: Partial<ViewState>): MenuPart => ({
    label,
    ticked,
    run: () => change(fields),
  });
  const choice = <Name extends keyof ViewState>(name: Name, value: ViewState[Name], label: string): MenuPart => ({
    label,
    ticked: state[name] === value,
    isChoice: true,
    run: () => change({ [name]: value, ...(name === "by" && { zoom: [] }) }),
  });
  const diff: MenuPart[] =
    state.base === undefined
      ? []
      : [
          { heading: "Widths of the difference" },
          choice("side", "change", "What changed"),
          choice("side", "now", "The profile, coloured by change"),
          choice("side", "before", "The base, coloured by change"),
          flag("Scale to the base's total first", state.normalize, { normalize: !state.normalize }),
          {
            label: "Swap profile and base",
            run: () => change({ profile: state.base ?? state.profile, base: state.profile }),
          },
        ];
  return [
    ...diff,
    { heading: "Picture" },
    flag("Flames: root at the bottom", state.upright, { upright: !state.upright }),
    flag("Fold direct recursion", state.folded, { folded: !state.folded, zoom: [] }),
    { heading: "A frame is a" },
    choice("by", "function", "Function"),
    choice("by", "line", "Function and line"),
    choice("by", "file", "File"),
    choice("by", "package", "Package"),
    { heading: "Colours" },
    choice("colours", "package", "By package"),
    choice("colours", "module", "By module"),
    choice("colours", "origin", "Program, modules, std, runtime"),
  ];
}
