/** What is seen, as a file of another kind: what the Export menu writes. */
import { dotText } from "../../src/core/views/export-dot.js";
import { foldedStacks } from "../../src/core/views/export-folded.js";
import { graphSvg, graphSvgSize } from "../../src/core/views/export-graph-svg.js";
import { hiddenWords } from "../../src/core/views/graph-boxes.js";
import { speedscopeFile } from "../../src/core/views/export-speedscope.js";
import { flameSvg, SVG_WIDTH, svgHeight } from "../../src/core/views/export-svg.js";
import { type FlameLimits, layOut, ROOT_FRAME } from "../../src/core/views/flame-layout.js";
import { joinedBytes } from "../../src/core/text/joined-bytes.js";
import { encodeProfile } from "../../src/core/pprof/encode.js";
import { topText } from "../../src/core/views/top-text.js";
import { viewedProfile } from "../../src/core/profile/viewed-profile.js";
import type { AnswerTo, Questions } from "../worker/queries.js";
import type { LensView } from "../worker/lens-view.js";
import { resolved } from "../flame/zoom-path.js";

/** Finer than a screen, since an SVG is zoomed without asking us again. */
const ZOOMED_LIMITS: FlameLimits = { minShare: 1 / 4800, maxFrames: 3000 };
const TOP_LINES = 25;

export async function exported(view: LensView, ask: Questions["export"]["ask"]): Promise<AnswerTo<"export">> {
  const { sampleType, title } = ask;
  const { profile, frames } = view;
  const { type, unit } = profile.sampleTypes[sampleType];
  const isDiff = view.difference !== undefined;
  switch (ask.format) {
    case "svg": {
      const flame = view.flame(sampleType, ask.inverted, ask.side);
      const last = resolved(flame, ask.zoom).at(-1);
      const layout = layOut(flame, ZOOMED_LIMITS, last?.range, last?.frame ?? ROOT_FRAME);
      const text = flameSvg({
        title: pictureTitle(ask, type, isDiff),
        frames,
        layout,
        unit,
        total: view.total(sampleType),
        isDiff: isDiff && ask.side === "change",
      });
      return { bytes: encoded([text]), width: SVG_WIDTH, height: svgHeight(layout) };
    }
    case "graph-svg": {
      const placed = view.graph(sampleType, ask.side, ask.maxBoxes);
      const picture = {
        ...{ title: pictureTitle(ask, type, isDiff), placed, frames, unit, total: view.total(sampleType) },
        ...{ hidden: hiddenWords(placed.graph, unit), isDiff: isDiff && ask.side === "change" },
      };
      return { bytes: encoded([graphSvg(picture)]), ...graphSvgSize(placed) };
    }
    case "dot": {
      const { graph } = view.graph(sampleType, ask.side, ask.maxBoxes);
      const total = view.total(sampleType);
      return file(encoded(dotText({ title: pictureTitle(ask, type, isDiff), graph, frames, unit, total })));
    }
    case "folded":
      return file(encoded(foldedStacks(frames, view.stacks(ask.inverted), view.weights(sampleType))));
    case "speedscope": {
      const types = profile.sampleTypes.map((one, index) => ({ sampleType: one, weights: view.weights(index) }));
      return file(encoded(speedscopeFile(title, frames, view.stacks(false), types, sampleType)));
    }
    case "pprof":
      return file(await gzipped(encodeProfile(viewedProfile(profile, view.filtered))));
    case "text":
    case "markdown": {
      const top = {
        title: `${title}: ${type}`,
        notes: ask.notes,
        frames,
        costs: view.costs(sampleType),
        unit,
        total: view.total(sampleType),
        sort: "flat" as const,
        limit: TOP_LINES,
      };
      return file(encoded([topText(top, ask.format === "markdown")]));
    }
  }
}

function pictureTitle({ title }: Questions["export"]["ask"], type: string, isDiff: boolean): string {
  return `${title}: ${type}${isDiff ? " (difference)" : ""}`;
}

function file(bytes: Uint8Array): AnswerTo<"export"> {
  return { bytes, width: 0, height: 0 };
}

/** Piece by piece: a large profile exceeds the longest possible string. */
function encoded(pieces: Iterable<string>): Uint8Array {
  const encoder = new TextEncoder();
  return joinedBytes(Array.from(pieces, (piece) => encoder.encode(piece)));
}

async function gzipped(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
