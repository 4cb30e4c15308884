/** What a pattern finds in what is shown: marked in the picture that is there, summed up beside the box. */
import { formatPercent, formatValue } from "../../src/core/text/format.js";
import type { Ask } from "../page/worker-client.js";
import type { History } from "../page/history.js";
import type { ActiveView } from "../page/active-view.js";
import { sentence } from "../tabs/message-view.js";
import type { ViewState } from "../page/state.js";
import type { TabViews } from "../tabs/tab-views.js";
import type { Toolbar } from "./toolbar.js";

interface Searched {
  readonly history: History<ViewState>;
  readonly activeView: ActiveView;
  readonly ask: Ask;
  readonly views: TabViews;
  readonly toolbar: Toolbar;
}

/** Searches for the pattern of the state; an answer that is not wanted any more is dropped. */
export function createSearch({ history, activeView, ask, views, toolbar }: Searched) {
  return async (isWanted: () => boolean): Promise<void> => {
    const { pattern, side } = history.now;
    if (pattern === "") {
      views.highlight(undefined);
      return toolbar.say("");
    }
    try {
      const { matched, functions, sum, total } = await ask("search", { ...activeView.view(), side, pattern });
      if (!isWanted()) return;
      views.highlight(matched);
      const count = functions === 1 ? "1 function" : `${functions} functions`;
      const { unit } = activeView.counted();
      toolbar.say(functions === 0 ? "No match" : `${count}: ${formatValue(sum, unit)}, ${formatPercent(sum, total)}`);
    } catch (error) {
      if (!isWanted()) return;
      views.highlight(undefined);
      toolbar.say(error instanceof Error ? sentence(error.message) : String(error), true);
    }
  };
}
