/** Every report equals what `go tool pprof` says, for every profile and every sample type. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openView, type ProfileOptions } from "../../../src/cli/input/profile-options.js";
import { labelFilterOf } from "../../../src/core/profile/filter.js";
import type { FrameIndex } from "../../../src/core/profile/frames.js";
import { patternOf } from "../../../src/core/text/pattern.js";
import type { Profile } from "../../../src/core/profile/profile.js";
import { costsOf, listOf, type Neighbour, peekOf, ranked } from "../../../src/core/views/report.js";
import {
  fixtures,
  listRows,
  peekRow,
  peekRows,
  type Section,
  sectionsOf,
  topRows,
  totalOfText,
} from "../../support/golden.js";
import { testTerminal } from "../../support/terminal.js";

/** Others: test/core/pprof/gperftools.test.ts compares raw listings, test/core/views/call-graph.test.ts the graphs. */
const names = readdirSync(join(fixtures, "golden"))
  .map((file) => file.replace(/\.txt\.br$/, ""))
  .filter((name) => name !== "gperftools" && name !== "graphs");

describe.each(names)("%s", (name) => {
  test.each(sectionsOf(name))("$command", async (section) => {
    const { options, text } = section;
    const view = await openView(
      testTerminal({ cwd: fixtures }),
      section.profile.replace("NOSTART/", ""),
      asOurs(section),
    );
    const { profile, frames, weights, total } = view;
    const nameOf = (frame: FrameIndex) => {
      const { granularity, name, file, line } = frames;
      return granularity === "line" && file[frame]
        ? `${name[frame]} ${file[frame]}:${line[frame]}`.trim()
        : name[frame];
    };
    const costs = costsOf(profile, frames, weights);
    if ("list" in options) {
      // pprof does not print lines that come before the function's own first line (code moved there by the compiler).
      const startOf = startLines(profile);
      const rows = listOf(frames, costs, () => true)
        .filter(({ file }) => file !== "")
        .flatMap(({ file, lines }) =>
          lines
            .filter(({ function: fn, line }) => line >= (startOf.get(`${fn} ${file}`) ?? 0))
            .map(({ function: fn, line, flat, cum }) => `${flat} ${cum} ${fn} ${file.replace(/^\//, "")}:${line}`),
        );
      expect(rows.sort()).toEqual(listRows(text));
      return;
    }
    const expectedTotal = totalOfText(text); // undefined where pprof found nothing to show and stopped
    if (expectedTotal !== undefined) expect(total).toBe(expectedTotal);
    if ("peek" in options) {
      const near = ({ frame, value }: Neighbour) => `${nameOf(frame)} ${value}`;
      const rows = peekOf(profile, frames, weights, () => true).map(({ frame, flat, cum, callers, callees }) =>
        peekRow(`${flat} ${cum} ${nameOf(frame)}`, callers.map(near), callees.map(near)),
      );
      expect(rows.sort()).toEqual(peekRows(text));
    } else {
      const order = ranked(frames, costs, "cum" in options ? "cum" : "flat");
      const by = "cum" in options ? costs.cum : costs.flat;
      expect(order.map((frame) => Math.abs(by[frame]))).toEqual(
        order.map((frame) => Math.abs(by[frame])).sort((a, b) => b - a),
      );
      const rows = order.map((frame) => `${costs.flat[frame]} ${costs.cum[frame]} ${nameOf(frame)}`);
      expect(rows.sort()).toEqual(topRows(text));
    }
  });
});

function startLines({ functions, strings }: Profile): Map<string, number> {
  const starts = new Map<string, number>();
  for (let fn = 0; fn < functions.count; fn++) {
    const key = `${strings.at(functions.name[fn])} ${strings.at(functions.filename[fn])}`;
    starts.set(key, Math.min(starts.get(key) ?? Infinity, functions.startLine[fn]));
  }
  return starts;
}

function asOurs({ options }: Section): ProfileOptions {
  const {
    sample_index: sample,
    focus,
    ignore,
    hide,
    show,
    show_from: showFrom,
    prune_from: trimTo,
    base,
    diff_base: diffBase,
    tagfocus,
    tagroot,
    tagleaf,
  } = options;
  const from = base ?? diffBase;
  return {
    by: "lines" in options || "list" in options ? "line" : "files" in options ? "file" : "function",
    ...(sample && { sample }),
    ...(focus && { focus: patternOf(focus) }),
    ...(ignore && { ignore: patternOf(ignore) }),
    ...(hide && { hide: patternOf(hide) }),
    ...(show && { show: patternOf(show) }),
    ...(showFrom && { showFrom: patternOf(showFrom) }),
    ...(trimTo && { trimTo: patternOf(trimTo) }),
    label: tagfocus ? [labelFilterOf(tagfocus)] : [],
    tagroot: tagroot ? [tagroot] : [],
    tagleaf: tagleaf ? [tagleaf] : [],
    ...(from && { base: from }),
    diffBase: diffBase !== undefined,
    normalize: "normalize" in options,
  };
}
