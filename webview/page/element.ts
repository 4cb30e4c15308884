/**
 * HTML and SVG elements in one expression, and the only ways by which a text reaches the page: as text, never as markup,
 * and without what turns a line round or hides in it. Names out of profiles are hostile; the lint refuses other ways.
 */
/* eslint-disable no-restricted-syntax, sinks/nodes-only */
import { printableText } from "../../src/core/text/printable.js";

type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;
type Child = Node | string | undefined;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Attributes that are read by people; others name things, and stay as they are. */
const SHOWN = /^(?:title|alt|label|placeholder|aria-(?:label|description|valuetext|roledescription))$/;

function fill<T extends Element>(into: T, attributes: Attributes, children: readonly Child[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") into.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) into.setAttribute(name, "");
    else if (value !== undefined && value !== false)
      into.setAttribute(name, SHOWN.test(name) ? printableText(String(value)) : String(value));
  }
  addChildren(into, ...children);
  return into;
}

/** Appends nodes and texts. */
export function addChildren(into: Element, ...children: readonly Child[]): void {
  const there = children.filter((child) => child !== undefined);
  into.append(...there.map((child) => (typeof child === "string" ? printableText(child) : child)));
}

/** Replaces what an element says. */
export function setText(element: Element, text: string): void {
  element.textContent = printableText(text);
}

/** What a pointer over it, or a screen reader, is told. */
export function setHint(element: Element, name: "title" | "aria-label" | "aria-valuetext", text: string): void {
  element.setAttribute(name, printableText(text));
}

export function drawText(pen: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  pen.fillText(printableText(text), x, y);
}
