/** What is shown, to take away: files, text for an issue, a link. */
import type { PageData } from "../../src/core/views/page.js";
import type { Ask } from "../page/worker-client.js";
import type { Host } from "../page/host.js";
import type { MenuPart } from "./menu.js";
import type { HostSkills } from "../protocol.js";
import type { ExportFormat, Lens, WantedStep } from "../worker/queries.js";
import { base64Of, pageOf, pngOf } from "../page/save-file.js";
import { linkText, type ViewState } from "../page/state.js";

interface Exported {
  readonly host: Host;
  readonly ask: Ask;
  readonly skills: HostSkills;
  readonly state: ViewState;
  readonly view: { readonly lens: Lens; readonly sampleType: number };
  readonly zoom: readonly WantedStep[];
  readonly title: string;
  readonly bytesOf: (profile: number) => Promise<Uint8Array>;
  readonly report: (error: unknown) => void;
}

export function exportMenu(from: Exported): MenuPart[] {
  const { host, ask, skills, state, view, zoom, title } = from;
  const made = (format: ExportFormat) =>
    ask("export", {
      ...{ ...view, format, side: state.side, inverted: state.inverted, zoom, title },
      ...{ maxBoxes: state.maxBoxes, notes: notesOf(state) },
    });
  const picture = state.tab === "graph" ? "graph-svg" : "svg";
  const stem =
    title.replace(/\.(pb\.gz|gz|pb|pprof|prof|pgo|txt)$/, "").replace(/[^\p{L}\p{N}._-]+/gu, "-") || "profile";
  const save = (label: string, ending: string, bytes: () => Promise<Uint8Array>): MenuPart => ({
    label,
    run: () => void bytes().then((all) => host.send({ type: "save", name: stem + ending, bytes: all }), from.report),
  });
  const file = (label: string, ending: string, format: ExportFormat) =>
    save(label, ending, async () => (await made(format)).bytes);
  const copy = (label: string, format: ExportFormat): MenuPart => ({
    label,
    run: () =>
      void made(format).then(
        ({ bytes }) => host.send({ type: "copy", text: new TextDecoder().decode(bytes) }),
        from.report,
      ),
  });
  const link: MenuPart[] =
    skills.links || !host.isEditor
      ? [{ label: "Copy link to this view", run: () => host.send({ type: "copyLink", view: linkText(state) }) }]
      : [];
  return [
    { heading: "Save as" },
    file("SVG picture…", ".svg", picture),
    save("PNG picture…", ".png", async () => {
      const { bytes, width, height } = await made(picture);
      return pngOf(bytes, width, height);
    }),
    save("HTML page with everything in it…", ".html", async () => pageOf(title, await pageData(from))),
    file("pprof profile, as filtered…", ".filtered.pb.gz", "pprof"),
    file("Call graph for Graphviz…", ".dot", "dot"),
    file("Folded stacks…", ".folded.txt", "folded"),
    file("speedscope JSON…", ".speedscope.json", "speedscope"),
    { heading: "Copy" },
    copy("Copy top functions as Markdown", "markdown"),
    copy("Copy top functions as text", "text"),
    ...link,
  ];
}

/** The profile and its base as they were captured, opened at what is shown now. */
async function pageData({ state, title, bytesOf }: Exported): Promise<PageData> {
  const { profile, base } = state;
  const profiles = [{ name: title, base64: base64Of(await bytesOf(profile)) }];
  if (base !== undefined) profiles.push({ name: `base of ${title}`, base64: base64Of(await bytesOf(base)) });
  const tab = state.tab === "growth" || state.tab === "diagnosis" ? "flame" : state.tab;
  const view: ViewState = { ...state, profile: 0, base: base === undefined ? undefined : 1, tab };
  return { profiles, view };
}

function notesOf({ chips, split, base }: ViewState): string[] {
  return [
    ...(base === undefined ? [] : ["difference to a base"]),
    ...chips.map(({ kind, pattern }) => `${kind}: ${pattern}`),
    ...(split === undefined ? [] : [`split by label ${split}`]),
  ];
}
