/** The states that one can go back to, and forward again. */
export interface History<State> {
  readonly now: State;
  /** A step that can be undone. */
  go(next: State): void;
  /** A change that is no step of its own: typing, another tab. */
  replace(next: State): void;
  undo(): boolean;
  redo(): boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

const MOST = 200;

export function historyFrom<State>(start: State): History<State> {
  let now = start;
  const past: State[] = [];
  const future: State[] = [];
  const move = (from: State[], to: State[]): boolean => {
    const next = from.pop();
    if (next === undefined) return false;
    to.push(now);
    now = next;
    return true;
  };
  return {
    get now() {
      return now;
    },
    go(next) {
      past.push(now);
      if (past.length > MOST) past.shift();
      future.length = 0;
      now = next;
    },
    replace(next) {
      now = next;
    },
    undo: () => move(past, future),
    redo: () => move(future, past),
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
  };
}
