/** `godiag convert PROFILE --to FORMAT`: one step from a profile to a picture, a page, or another tool's file. */
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { type Command, Option } from "commander";
import { callTreeOf } from "../core/views/call-tree.js";
import { callGraphOf, sampleTagsOf } from "../core/views/call-graph.js";
import { dotText } from "../core/views/export-dot.js";
import { foldedStacks } from "../core/views/export-folded.js";
import { treeJson } from "../core/views/export-json.js";
import { speedscopeFile } from "../core/views/export-speedscope.js";
import { flameSvg, type SvgPicture, SVG_WIDTH, svgHeight } from "../core/views/export-svg.js";
import { type FlameLimits, flameOf, layOut } from "../core/views/flame-layout.js";
import { stacksOf } from "../core/profile/frames.js";
import { encodeProfile } from "../core/pprof/encode.js";
import { weightsOf } from "../core/profile/weights.js";
import { viewedProfile } from "../core/profile/viewed-profile.js";
import { Failure } from "./failure.js";
import { addProfileOptions, openView, type ProfileOptions, tellWarnings, type View } from "./input/profile-options.js";
import { reportPage } from "./output/report-page.js";
import { screenshot } from "./output/screenshot.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";
import { type Pieces, STDOUT, writeFileWhole } from "./output/write-output.js";

const FORMATS = ["folded", "svg", "png", "html", "dot", "speedscope", "pprof", "json"] as const;
type Format = (typeof FORMATS)[number];

interface ConvertOptions extends ProfileOptions {
  readonly to: Format;
  readonly output?: string;
}

export function addConvert(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const convert = program.command("convert <profile>").description("write a profile as a picture or another format");
  addProfileOptions(convert, {})
    .addOption(new Option("--to <format>", "what to write").choices(FORMATS).makeOptionMandatory())
    .option("-o, --output <file>", "where to; text goes to stdout without it")
    .action(async (arg: string, options: ConvertOptions) => {
      const binary = options.to === "png" || options.to === "pprof";
      if (binary && options.output === undefined) {
        throw new Failure("usage", `cannot write ${options.to} to the terminal`, "it is not text", "Add -o FILE");
      }
      const view = await openView(terminal, arg, options);
      const pieces = await converted(terminal, arg, options.to, view);
      if (options.output === undefined) {
        const kind = options.to === "json" || options.to === "speedscope" ? "json" : "text";
        for (const piece of pieces) terminal.document(piece as string, kind);
      } else {
        const file = await writeFileWhole(terminal, options.output, pieces);
        if (options.json && file !== STDOUT)
          terminal.document(JSON.stringify({ file, to: options.to, warnings: view.warnings }) + "\n", "json");
      }
      if (!options.json) tellWarnings(terminal, view.warnings);
      exit(DONE);
    });
}

async function converted(terminal: Terminal, arg: string, to: Format, view: View): Promise<Pieces> {
  const { profile, frames, weights, sampleType, sampleTypeIndex, total } = view;
  const name = arg === "-" ? "profile" : basename(arg);
  switch (to) {
    case "folded":
      return foldedStacks(frames, stacksOf(profile, frames), weights);
    case "json":
      return treeJson(sampleType, total, frames, callTreeOf(frames, stacksOf(profile, frames), weights));
    case "speedscope": {
      const types = profile.sampleTypes.map((type, index) => ({
        sampleType: type,
        weights: index === sampleTypeIndex ? weights : weightsOf(profile, index, view.filtered.kept),
      }));
      return speedscopeFile(name, frames, stacksOf(profile, frames), types, sampleTypeIndex);
    }
    case "dot": {
      const graph = callGraphOf(frames, stacksOf(profile, frames), weights, sampleTagsOf(profile));
      return dotText({ title: pictureTitle(name, view), graph, frames, unit: sampleType.unit, total });
    }
    case "svg":
      return [flameSvg(pictureOf(name, view, ZOOMED_LIMITS))];
    case "png": {
      const picture = pictureOf(name, view, STILL_LIMITS);
      return [await screenshot(terminal, flameSvg(picture), SVG_WIDTH, svgHeight(picture.layout))];
    }
    case "pprof":
      return [encodeProfile(viewedProfile(profile, view.filtered))];
    case "html": {
      const bytes = gzipSync(encodeProfile(viewedProfile(profile, view.filtered)));
      const data = { profiles: [{ name, base64: bytes.toString("base64") }] };
      return [await reportPage(name, data)];
    }
  }
}

/** Finer than a screen, since an SVG is zoomed without asking us again. */
const ZOOMED_LIMITS: FlameLimits = { minShare: 1 / 4800, maxFrames: 3000 };
const STILL_LIMITS: FlameLimits = { minShare: 1 / SVG_WIDTH, maxFrames: 3000 };

function pictureTitle(name: string, { sampleType, difference }: View): string {
  return `${name}: ${sampleType.type}${difference ? " (difference)" : ""}`;
}

function pictureOf(name: string, view: View, limits: FlameLimits): SvgPicture {
  const { profile, frames, weights, sampleType, total, difference } = view;
  return {
    title: pictureTitle(name, view),
    frames,
    layout: layOut(flameOf(frames, stacksOf(profile, frames), weights), limits),
    unit: sampleType.unit,
    total,
    isDiff: difference !== undefined,
  };
}
