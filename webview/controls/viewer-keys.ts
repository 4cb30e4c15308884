/** The page's keys: find, and undo and redo outside of a box where somebody types. */

interface KeyHandlers {
  /** Whether there is something that the keys are about. */
  readonly isWanted: () => boolean;
  readonly find: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
}

export function listenToKeys({ isWanted, find, undo, redo }: KeyHandlers): void {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const action = actionOf(event, isTyping);
    if (action === undefined || !isWanted()) return;
    event.preventDefault();
    ({ find, undo, redo })[action]();
  });
}

function actionOf(event: KeyboardEvent, isTyping: boolean): "find" | "undo" | "redo" | undefined {
  const isControl = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if ((key === "f" && isControl) || (key === "/" && !isTyping)) return "find";
  if (!isControl || isTyping) return undefined;
  if (key === "y" || (key === "z" && event.shiftKey)) return "redo";
  return key === "z" ? "undo" : undefined;
}
