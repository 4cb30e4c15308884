/** Finds one goroutine among all of them, by its number or by a filter that is typed. */
import * as vscode from "vscode";
import { printable } from "../../core/text/printable.js";
import type { GoroutineJson } from "../../core/goroutines/answer-bodies.js";
import { firstMatches } from "./goroutine-tree.js";
import { source } from "./goroutine-view.js";
import { goroutineDescription } from "./goroutine-text.js";

const MATCHES = 50;
/** A question per keystroke would only queue up. */
const TYPING_MS = 120;

export async function pickGoroutine(title: string): Promise<GoroutineJson | undefined> {
  const { ask } = source();
  type Item = vscode.QuickPickItem & { readonly goroutine: GoroutineJson };
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = title;
  picker.placeholder = "Number of the goroutine, or a filter such as state:select func:/pool/";
  let asked = 0;
  /** What the shown items are the answer to. */
  let answered: string | undefined;
  const find = async (text: string) => {
    const question = ++asked;
    picker.busy = true;
    const filter = /^\s*\d+\s*$/.test(text) ? `id:${text.trim()}` : text;
    const found = await firstMatches(ask, filter, MATCHES).catch(() => []);
    if (question !== asked) return;
    picker.busy = false;
    answered = text;
    picker.items = found.map((goroutine) => ({
      label: iconless(`${goroutine.id} ${printable(goroutine.state, 60)}`),
      description: iconless(goroutineDescription(goroutine)),
      alwaysShow: true, // it passed our filter, which is not VS Code's
      goroutine,
    }));
  };
  try {
    return await new Promise<GoroutineJson | undefined>((resolve) => {
      let typing: NodeJS.Timeout | undefined;
      picker.onDidChangeValue((text) => {
        clearTimeout(typing);
        typing = setTimeout(() => void find(text), TYPING_MS);
      });
      picker.onDidAccept(async () => {
        // Who types a number and Enter at once means that number, not what the list still shows.
        const isFresh = answered === picker.value;
        clearTimeout(typing);
        if (!isFresh) await find(picker.value);
        const chosen = (isFresh ? picker.activeItems : picker.items).at(0);
        if (chosen && answered === picker.value) resolve(chosen.goroutine);
      });
      picker.onDidHide(() => resolve(undefined));
      picker.show();
      void find("");
    });
  } finally {
    picker.dispose();
  }
}

/** Names come from a process: `$(…)` in them is no icon. */
export function iconless(text: string): string {
  return text.replaceAll("$(", "\\$(");
}
