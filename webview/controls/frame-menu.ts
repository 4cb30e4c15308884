/** What can be done with a function or frame: the same menu in every view. */
import { packageOf } from "../../src/core/profile/frames.js";
import type { MenuPart } from "./menu.js";
import { exactly } from "./name-pattern.js";
import type { ChipKind } from "../worker/queries.js";

export interface MenuActions {
  zoom?: (() => void) | undefined;
  find?: (() => void) | undefined;
  openSource?: (() => void) | undefined;
  showCallers: () => void;
  showLines: () => void;
  filter(kind: ChipKind, pattern: string): void;
  copy(text: string): void;
  /** Root first; of a frame of the flame graph. */
  stack?: readonly string[] | undefined;
  showGoroutines?: (() => void) | undefined;
}

export function frameMenu(functionName: string, actions: MenuActions): MenuPart[] {
  const { zoom, find, openSource, stack, showGoroutines } = actions;
  const path = packageOf(functionName);
  const ofPackage = `^${exactly(path).slice(1, -1)}\\.`;
  const part = (label: string, run: (() => void) | undefined): MenuPart[] => (run ? [{ label, run }] : []);
  return [
    { heading: functionName },
    ...part("Zoom in", zoom),
    ...part("Find in the flame graph", find),
    ...part("Open source", openSource),
    ...part("Callers and callees", () => actions.showCallers()),
    ...part("Costs by line", () => actions.showLines()),
    ...part("Show goroutines here", showGoroutines),
    { heading: "" },
    ...part("Focus on this function", () => actions.filter("focus", exactly(functionName))),
    ...part("Ignore stacks with it", () => actions.filter("ignore", exactly(functionName))),
    ...part("Show from here", () => actions.filter("showFrom", exactly(functionName))),
    ...part("Trim to here", () => actions.filter("trimTo", exactly(functionName))),
    ...part("Hide it", () => actions.filter("hide", exactly(functionName))),
    ...part(`Hide package ${path}`, () => actions.filter("hide", ofPackage)),
    { heading: "" },
    ...part("Copy name", () => actions.copy(functionName)),
    ...part("Copy stack", stack && (() => actions.copy([...stack].reverse().join("\n")))),
  ];
}
