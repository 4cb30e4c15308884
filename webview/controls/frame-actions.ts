/** What can be done with a function or a frame of the graph, in every view: its source, its menu, its tooltip's facts. */
import type { Ask } from "../page/worker-client.js";
import { type MenuActions, frameMenu } from "./frame-menu.js";
import type { Host } from "../page/host.js";
import type { ActiveView } from "../page/active-view.js";
import { openMenu } from "./menu.js";
import { exactly } from "./name-pattern.js";
import type { CodePlace, HostSkills } from "../protocol.js";
import type { ChipKind, Place, WantedStep, ZoomStep } from "../worker/queries.js";
import type { ViewState } from "../page/state.js";

interface FrameActionsNeeds {
  readonly activeView: ActiveView;
  readonly host: Host;
  readonly ask: Ask;
  skills(): HostSkills;
  readonly change: (fields: Partial<ViewState>, isStep?: boolean) => void;
  addChip(kind: ChipKind, pattern: string): void;
  zoomTo(steps: readonly WantedStep[]): void;
  /** A source was opened: its costs belong beside it. */
  sourceOpened(): void;
  readonly report: (error: unknown) => void;
}

export interface FrameActions {
  /** Undefined where no editor is. */
  readonly openSource: ((frame: number, range?: ZoomStep["range"]) => void) | undefined;
  readonly openPlace: ((place: CodePlace) => void) | undefined;
  /** What a tooltip adds; undefined when nothing is known. */
  describe(frame: number, range?: ZoomStep["range"]): Promise<Place | undefined>;
  /** Shows a function in the flame graph, wherever it stands there. */
  find(functionName: string): void;
  functionMenu(name: string, x: number, y: number, opener: Element): void;
  /** Of the last frame of a stack. */
  stackMenu(steps: readonly ZoomStep[], x: number, y: number, opener: Element): void;
}

export function createFrameActions(need: FrameActionsNeeds): FrameActions {
  const { activeView, host, ask, change } = need;
  const place = (frame: number, range?: ZoomStep["range"]) => {
    const { inverted, side } = activeView.history.now;
    return ask("place", { ...activeView.view(), side, inverted, frame, range });
  };
  const openPlace = ({ function: name, file, line }: CodePlace) => {
    host.send({ type: "openSource", function: name, file, line });
    need.sourceOpened();
  };
  const openSource = (frame: number, range?: ZoomStep["range"]) => {
    void place(frame, range).then(openPlace, need.report);
  };
  const find = (functionName: string) => {
    change({ tab: "flame", selected: functionName, pattern: exactly(functionName), zoom: [] });
  };
  const actionsFor = (
    frame: number | undefined,
    stack: readonly string[],
    range?: ZoomStep["range"],
  ): MenuActions & { openSource: (() => void) | undefined } => ({
    openSource: host.isEditor && frame !== undefined ? () => openSource(frame, range) : undefined,
    showCallers: () => change({ tab: "callers", selected: stack.at(-1) ?? "" }),
    showLines: () => change({ tab: "source", selected: stack.at(-1) ?? "" }),
    filter: (kind, pattern) => need.addChip(kind, pattern),
    copy: (text) => host.send({ type: "copy", text }),
    showGoroutines:
      need.skills().goroutines && frame !== undefined
        ? () => {
            void place(frame, range).then(({ function: name, file, line }) => {
              host.send({ type: "showGoroutines", function: name, file, line, stack });
            }, need.report);
          }
        : undefined,
  });

  return {
    openSource: host.isEditor ? openSource : undefined,
    openPlace: host.isEditor ? openPlace : undefined,
    describe: (frame, range) => (frame < 0 ? Promise.resolve(undefined) : place(frame, range).catch(() => undefined)),
    find,
    functionMenu(name, x, y, opener) {
      const actions = { ...actionsFor(activeView.frameOf(name), [name]), find: () => find(name) };
      openMenu("Function", frameMenu(name, actions), x, y, opener);
    },
    stackMenu(steps, x, y, opener) {
      const last = steps.at(-1);
      if (!last || last.frame < 0) return;
      const stack = steps.filter(({ frame }) => frame >= 0).map(({ frame }) => activeView.nameOf(frame));
      const actions = { ...actionsFor(last.frame, stack, last.range), zoom: () => need.zoomTo(steps), stack };
      openMenu("Frame", frameMenu(activeView.nameOf(last.frame), actions), x, y, opener);
    },
  };
}
