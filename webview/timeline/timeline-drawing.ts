/**
 * Draws the lines of an execution trace on a canvas: names at the left, the axis of time on top with collections and
 * stops of the world below it, then the lines that are in sight.
 */
import { frameColour } from "../flame/frame-colour.js";
import type { Palette } from "../flame/palette.js";
import { drawText } from "../page/element.js";
import { shortFunction } from "../../src/core/text/short-function.js";
import type { LineName, LinePicture, TimelineAnswer, TimeRange } from "./questions.js";
import { ticks, timeText } from "./time-scale.js";

export const LINE_PX = 22;
/** The axis, and below it what held the whole program up. */
export const AXIS_PX = 34;
const MARKS_PX = 8;
const FONT_PX = 12;
const TICK_PX = 90;

export interface TimelinePicture {
  readonly answer: TimelineAnswer;
  /** Of the canvas, in pixels of the page. */
  readonly width: number;
  readonly height: number;
  /** Where the lines begin, right of their names. */
  readonly left: number;
  /** How far the lines are scrolled. */
  readonly top: number;
  readonly range: TimeRange | undefined;
  readonly selected: { readonly line: number; readonly part: TimeRange | undefined };
}

export function lineText(line: LineName, kinds: readonly string[]): string {
  switch (line.type) {
    case "processor":
      return `Processor ${line.proc}`;
    case "goroutine":
      return `Goroutine ${line.goroutine}`;
    case "kind":
      return kinds[line.kind] ?? "";
  }
}

/** Colours of a goroutine's states, in the order of `LineState`; the legend has the same. */
export const STATE_COLOURS = ["--own-2", "--orange", "--runtime", "--own-4"] as const;

export function paintTimeline(canvas: HTMLCanvasElement, palette: Palette, picture: TimelinePicture): void {
  const pen = canvas.getContext("2d", { alpha: false });
  if (!pen) return;
  const { answer, width, height, left, top, selected } = picture;
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = palette.colour("--paper");
  pen.fillRect(0, 0, width, height);
  pen.font = `${FONT_PX}px ${palette.fontFamily()}`;
  pen.textBaseline = "middle";
  for (const [number, drawn] of answer.pictures.entries()) {
    const line = answer.first + number;
    const y = AXIS_PX + line * LINE_PX - top;
    if (y + LINE_PX <= AXIS_PX || y >= height) continue;
    if (line === selected.line) {
      pen.fillStyle = palette.colour("--row-hovered");
      pen.fillRect(0, y, width, LINE_PX);
    }
    paintName(pen, palette, shortFunction(lineText(answer.lines[line], answer.kinds)), y, left, line === selected.line);
    pen.save();
    pen.beginPath();
    pen.rect(left, y, width - left, LINE_PX);
    pen.clip();
    pen.translate(left, y);
    paintLine(pen, palette, drawn, answer.lines[line], answer.kinds);
    pen.restore();
  }
  paintSelected(pen, palette, picture);
  paintRange(pen, palette, picture);
  paintAxis(pen, palette, picture);
}

function paintName(
  pen: CanvasRenderingContext2D,
  palette: Palette,
  name: string,
  y: number,
  left: number,
  isSelected: boolean,
): void {
  pen.fillStyle = palette.colour(isSelected ? "--ink" : "--faint");
  let text = name;
  const room = left - 12;
  while (text.length > 1 && pen.measureText(text).width > room)
    text = `…${text.slice(2 + Math.ceil(text.length / 30))}`;
  drawText(pen, text, 6, y + LINE_PX / 2);
}

function paintLine(
  pen: CanvasRenderingContext2D,
  palette: Palette,
  drawn: LinePicture,
  line: LineName,
  kinds: readonly string[],
): void {
  const full = LINE_PX - 3;
  switch (drawn.type) {
    case "processor": {
      const colours = kinds.map((kind) => palette.colour(frameColour(kind)));
      // Themes of high contrast have lines round what others only colour.
      const border = palette.colour("--between-frames");
      for (let i = 0; i < drawn.from.length; i++) {
        const tall = Math.max(2, full * drawn.share[i]);
        const wide = drawn.to[i] - drawn.from[i];
        pen.fillStyle = colours[drawn.kind[i]] ?? colours[0];
        pen.fillRect(drawn.from[i], 1 + full - tall, wide > 3 ? wide - 1 : wide, tall);
        if (border !== "") {
          pen.fillStyle = border;
          pen.fillRect(drawn.from[i], 1 + full - tall, wide, 1);
        }
        if (wide > 60) paintWords(pen, palette, shortFunction(kinds[drawn.kind[i]] ?? ""), drawn.from[i], wide);
      }
      return;
    }
    case "kind": {
      const { running, runnable } = drawn;
      let most = 1;
      for (let x = 0; x < running.length; x++) most = Math.max(most, running[x] + runnable[x]);
      const tone = palette.colour(frameColour(line.type === "kind" ? (kinds[line.kind] ?? "") : ""));
      const waiting = palette.colour("--orange");
      const border = palette.colour("--between-frames");
      for (let x = 0; x < running.length; x++) {
        const ran = (running[x] / most) * full;
        const waited = (runnable[x] / most) * full;
        pen.fillStyle = tone;
        if (ran > 0) pen.fillRect(x, 1 + full - ran, 1, ran);
        if (border !== "" && ran > 0) {
          pen.fillStyle = border;
          pen.fillRect(x, 1 + full - ran, 1, 1);
        }
        pen.fillStyle = waiting;
        if (waited > 0) pen.fillRect(x, 1 + full - ran - waited, 1, waited);
      }
      return;
    }
    case "goroutine":
      for (let i = 0; i < drawn.from.length; i++) {
        pen.fillStyle = palette.colour(STATE_COLOURS[drawn.state[i]]);
        const wide = drawn.to[i] - drawn.from[i];
        pen.fillRect(drawn.from[i], 1, wide > 3 ? wide - 1 : Math.max(1, wide), full);
      }
  }
}

function paintWords(pen: CanvasRenderingContext2D, palette: Palette, text: string, x: number, room: number): void {
  if (pen.measureText(text).width > room - 8) return;
  pen.fillStyle = palette.colour("--ink");
  drawText(pen, text, x + 4, LINE_PX / 2);
}

function paintSelected(pen: CanvasRenderingContext2D, palette: Palette, picture: TimelinePicture): void {
  const { selected, top, height } = picture;
  if (selected.part === undefined) return;
  const y = AXIS_PX + selected.line * LINE_PX - top;
  if (y + LINE_PX <= AXIS_PX || y >= height) return;
  const [from, to] = across(selected.part, picture);
  if (to < picture.left || from > picture.width) return;
  const x = Math.max(picture.left, from - 1);
  pen.strokeStyle = palette.colour("--ink");
  pen.lineWidth = 2;
  pen.strokeRect(x, y + 1, Math.max(3, to + 1 - x), LINE_PX - 2);
}

function paintRange(pen: CanvasRenderingContext2D, palette: Palette, picture: TimelinePicture): void {
  const { range, width, height, left } = picture;
  if (range === undefined) return;
  const [from, to] = across(range, picture).map((x) => Math.min(width, Math.max(left, x)));
  pen.globalAlpha = 0.6;
  pen.fillStyle = palette.colour("--paper");
  pen.fillRect(left, AXIS_PX, from - left, height);
  pen.fillRect(to, AXIS_PX, width - to, height);
  pen.globalAlpha = 1;
  pen.fillStyle = palette.colour("--focus");
  for (const x of [from, to]) pen.fillRect(x - 1, 0, 2, height);
}

function paintAxis(pen: CanvasRenderingContext2D, palette: Palette, picture: TimelinePicture): void {
  const { answer, width, left } = picture;
  const marksTop = AXIS_PX - MARKS_PX - 2;
  pen.fillStyle = palette.colour("--raised");
  pen.fillRect(0, 0, width, AXIS_PX - 1);
  pen.fillStyle = palette.colour("--line");
  pen.fillRect(0, AXIS_PX - 1, width, 1);
  const { timesNs, stepNs } = ticks(answer, (width - left) / TICK_PX);
  for (const time of timesNs) {
    const [x] = across({ fromNs: time, toNs: time }, picture);
    pen.fillStyle = palette.colour("--line");
    pen.fillRect(x, 0, 1, AXIS_PX);
    pen.fillStyle = palette.colour("--faint");
    const text = timeText(time, stepNs);
    if (x + pen.measureText(text).width + 4 < width) drawText(pen, text, x + 4, marksTop / 2);
  }
  pen.fillStyle = palette.colour("--faint");
  drawText(pen, "collections, stops", 6, marksTop + MARKS_PX / 2);
  paintMarks(pen, palette.colour("--purple"), answer.collections, picture, marksTop);
  paintMarks(pen, palette.colour("--bad"), answer.stops, picture, marksTop);
}

function paintMarks(
  pen: CanvasRenderingContext2D,
  colour: string,
  pairs: Float64Array,
  picture: TimelinePicture,
  y: number,
): void {
  pen.fillStyle = colour;
  let drawnTo = picture.left;
  for (let i = 0; i < pairs.length; i += 2) {
    const [from, to] = across({ fromNs: pairs[i], toNs: pairs[i + 1] }, picture);
    const end = Math.min(picture.width, Math.max(to, from + 1));
    // What lies within pixels that are drawn already is not drawn again: there may be very many.
    if (end <= drawnTo || from >= picture.width) continue;
    const start = Math.max(drawnTo, from);
    pen.fillRect(start, y, end - start, MARKS_PX);
    drawnTo = end;
  }
}

/** From left and to right in pixels. */
function across({ fromNs, toNs }: TimeRange, { answer, width, left }: TimelinePicture): [number, number] {
  const scale = (width - left) / (answer.toNs - answer.fromNs);
  return [left + (fromNs - answer.fromNs) * scale, left + (toNs - answer.fromNs) * scale];
}
