/** What draws the frames of a flame graph: one small interface, two ways (canvas-drawing.ts, svg-drawing.ts). */
import type { FlameLayout } from "../../src/core/views/flame-layout.js";

export const ROW_HEIGHT_PX = 20;

/** How frames look, by row of the layout. */
export interface Faces {
  /** What the tree is called for screen readers. */
  readonly title: string;
  label(row: number): string;
  /** A variable of style.css: "--own-3". */
  fill(row: number): string;
  /** While something is searched for: whether this is it. */
  isMatch(row: number): boolean;
  isSelected(row: number): boolean;
  isSmaller(row: number): boolean;
  /** Sets what screen readers and keyboards need; not classes, nor where it stands. */
  dress(frame: FrameElement, row: number): void;
}

/** Has the class "frame" and `data-row`. */
export type FrameElement = HTMLElement | SVGElement;

export interface FlameDrawing {
  readonly element: HTMLElement;
  /** `upright` has the root at the bottom. */
  draw(layout: FlameLayout, width: number, upright: boolean, faces: Faces): void;
  /** Marks anew what matches; `searching` mutes all else. */
  mark(searching: boolean): void;
  /** What has the focus when the row has it. */
  frame(row: number): FrameElement | undefined;
  /** The row of an event. */
  rowOf(event: Event): number | undefined;
}

/** The frame that an event is about, if it is an element's. */
export function frameOf(event: Event): FrameElement | undefined {
  const frame = event.target instanceof Element ? event.target.closest<FrameElement>(".frame") : null;
  return frame ?? undefined;
}
