/** What can be done with a function or frame: the same menu in every view. */
import { packageOf } from "../../src/core/profile/frames.js";
import type { MenuPart } from "./menu.js";
import { exactly } from "./name-pattern.js";
import type { ChipKind } from "../worker/queries.js";

export interface FrameDeeds {
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

export function frameMenu(functionName: string, deeds: FrameDeeds): MenuPart[] {
  const { zoom, find, openSource, stack, showGoroutines } = deeds;
  const path = packageOf(functionName);
  const ofPackage = `^${exactly(path).slice(1, -1)}\\.`;
  const part = (label: string, run: (() => void) | undefined): MenuPart[] => (run ? [{ label, run }] : []);
  return [
    { heading: functionName },
    ...part("Zoom in", zoom),
    ...part("Find in the flame graph", find),
    ...part("Open source", openSource),
    ...part("Callers and callees", () => deeds.showCallers()),
    ...part("Costs by line", () => deeds.showLines()),
    ...part("Show goroutines here", showGoroutines),
    { heading: "" },
    ...part("Focus on this function", () => deeds.filter("focus", exactly(functionName))),
    ...part("Ignore stacks with it", () => deeds.filter("ignore", exactly(functionName))),
    ...part("Hide it", () => deeds.filter("hide", exactly(functionName))),
    ...part(`Hide package ${path}`, () => deeds.filter("hide", ofPackage)),
    { heading: "" },
    ...part("Copy name", () => deeds.copy(functionName)),
    ...part("Copy stack", stack && (() => deeds.copy([...stack].reverse().join("\n")))),
  ];
}
