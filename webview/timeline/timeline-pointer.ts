/** What a hand does on the time line: a click selects, a drag chooses a part, the wheel scrolls, pans and zooms. */
import type { TimeRange } from "./questions.js";
import { panned, zoomed } from "./time-scale.js";

export interface PointerHandlers {
  /** Where the lines begin, and the whole width, in pixels. */
  readonly left: () => number;
  readonly width: () => number;
  readonly seen: () => TimeRange;
  readonly durationNs: () => number;
  readonly see: (part: TimeRange) => void;
  /** The part so far; undefined once the hand lets go. */
  readonly drag: (part: TimeRange | undefined) => void;
  readonly choose: (part: TimeRange) => void;
  /** A click, in pixels from the top of the canvas. */
  readonly click: (timeNs: number, y: number) => void;
}

/** Less than this is a click. */
const DRAG_PX = 4;
/** A notch of a wheel, 100 or so, makes it half as wide again. */
const WHEEL = 0.004;

export function listenToPointer(canvas: HTMLCanvasElement, handlers: PointerHandlers): void {
  const { left, width, seen, durationNs, see } = handlers;
  /** From 0 at the left of the lines to 1 at the right. */
  const shareAt = (x: number) => Math.min(1, Math.max(0, (x - left()) / Math.max(1, width() - left())));
  const timeAt = (x: number) => seen().fromNs + shareAt(x) * (seen().toNs - seen().fromNs);
  const inside = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const start = inside(event);
    let part: TimeRange | undefined;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const move = (now: PointerEvent) => {
      const { x } = inside(now);
      if (part === undefined && Math.abs(x - start.x) < DRAG_PX) return;
      const [a, b] = [timeAt(start.x), timeAt(x)];
      part = { fromNs: Math.min(a, b), toNs: Math.max(a, b) };
      handlers.drag(part);
    };
    const end = () => {
      canvas.removeEventListener("pointermove", move);
      canvas.removeEventListener("pointerup", up);
      canvas.removeEventListener("pointercancel", end);
      handlers.drag(undefined);
    };
    const up = () => {
      end();
      if (part === undefined) handlers.click(timeAt(start.x), start.y);
      else if (part.toNs > part.fromNs) handlers.choose(part);
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", up);
    canvas.addEventListener("pointercancel", end);
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      const across = event.shiftKey ? event.deltaX + event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        see(zoomed(seen(), Math.exp(event.deltaY * WHEEL), shareAt(inside(event).x), durationNs()));
      } else if (Math.abs(across) > Math.abs(event.deltaY) || event.shiftKey) {
        see(panned(seen(), across / Math.max(1, width()), durationNs()));
      } else return; // it scrolls
      event.preventDefault();
    },
    { passive: false },
  );
}
