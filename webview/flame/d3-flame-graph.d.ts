/** The part of d3-flame-graph that is used here; the package has no types of its own. */
declare module "d3-flame-graph" {
  import type { Selection } from "d3-selection";

  /** A datum as d3-hierarchy wraps it. */
  export interface FlameNode<Datum> {
    readonly data: Datum;
  }

  export interface FlameGraph<Datum> {
    (selection: Selection<HTMLElement, Datum, null, undefined>): void;
    width(pixels: number): this;
    cellHeight(pixels: number): this;
    inverted(rootOnTop: boolean): this;
    transitionDuration(milliseconds: number): this;
    resetHeightOnZoom(reset: boolean): this;
    tooltip(tip: { (): void; show(): void; hide(): void }): this;
    setColorMapper(colour: (node: FlameNode<Datum>) => string): this;
    setLabelHandler(label: () => string): this;
    update(data?: Datum): this;
  }

  export default function flamegraph<Datum>(): FlameGraph<Datum>;
}

declare module "*.css" {}
