/** d3-flame-graph fed the whole tree of a profile, as its users do: in a page of its own, for the bench. */
import flamegraph from "d3-flame-graph";
import { select } from "d3-selection";
import { callTreeOf } from "../../src/core/views/call-tree.ts";
import { framesOf, stacksOf } from "../../src/core/profile/frames.ts";
import { decodeProfile } from "../../src/core/pprof/decode.ts";
import { weightsOf } from "../../src/core/profile/weights.ts";

const { document, fetch, performance, requestAnimationFrame } = globalThis;

/** From the tree of objects to paint, in milliseconds. */
globalThis.draw = async (url) => {
  const profile = decodeProfile(new Uint8Array(await (await fetch(url)).arrayBuffer()));
  const frames = framesOf(profile, "function");
  const tree = callTreeOf(frames, stacksOf(profile, frames), weightsOf(profile, profile.defaultSampleType));
  const nodes = [];
  for (let node = 0; node < tree.count; node++) {
    nodes.push({ name: frames.name[tree.frame[node]] ?? "root", value: tree.total[node], children: [] });
    if (node > 0) nodes[tree.parent[node]].children.push(nodes[node]);
  }
  const began = performance.now();
  const chart = flamegraph().width(1372).cellHeight(20).inverted(true).transitionDuration(0);
  chart(select(document.getElementById("graph")).datum(nodes[0]));
  return new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began))),
  );
};
