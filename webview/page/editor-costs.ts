/** The costs that the editor shows beside the code: sent once somebody wants them, and again when they are others. */
import type { Ask } from "./worker-client.js";
import type { Host } from "./host.js";
import type { ActiveView } from "./active-view.js";
import { sourceCostsOf } from "../worker/source-costs.js";

/** Lines whose costs the editor shows at most. */
const EDITOR_LINES = 5000;

export interface EditorCosts {
  /** From now on the editor shows them. */
  wanted(): void;
  /** Sends what is seen now, if it is wanted and not there yet. */
  send(isWanted: () => boolean): Promise<void>;
  forget(): void;
}

export function createEditorCosts(activeView: ActiveView, host: Host, ask: Ask, title: () => string): EditorCosts {
  /** The view that they are of, "" for none yet; undefined: nobody asked for any. */
  let sent: string | undefined;
  return {
    wanted: () => (sent ??= ""),
    async send(isWanted) {
      const key = JSON.stringify(activeView.view());
      if (sent === undefined || sent === key) return;
      const { unit, what } = activeView.counted();
      const lines = await ask("lines", { ...activeView.view(), limit: EDITOR_LINES });
      if (!isWanted()) return;
      sent = key;
      host.send({ type: "sourceCosts", costs: sourceCostsOf(`${title()}: ${what}`, unit, lines) });
    },
    forget: () => (sent = undefined),
  };
}
