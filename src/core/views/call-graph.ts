/**
 * The call graph: functions as boxes, calls as edges with what flows along them, pruned so that it can be read.
 *
 * The numbers, the pruning and its order are pprof's, so that this graph and `go tool pprof -dot` show the same boxes and
 * edges (github.com/google/pprof: internal/graph/graph.go and newTrimmedGraph of internal/report/report.go):
 *   1. functions whose cumulative cost is below a share of the total go; calls across them become one "residual" edge;
 *   2. the rest is ranked by how much it tells (cost times the entropy of its calls), and the first `maxNodes` stay,
 *      where what hangs on a box in pprof's picture (labels) counts as boxes do;
 *   3. edges below a share of the total go, and residual edges where another way leads from the one end to the other.
 */
import type { FrameIndex, Frames, Stacks } from "../profile/frames.js";
import type { Profile, SampleIndex } from "../profile/profile.js";
import type { Weights } from "../profile/weights.js";

export interface GraphLimits {
  readonly maxNodes: number;
  /** Share of the total below which a function, or an edge, is left out. */
  readonly minNode: number;
  readonly minEdge: number;
}

/** pprof's own. */
export const GRAPH_LIMITS: GraphLimits = { maxNodes: 80, minNode: 0.005, minEdge: 0.001 };

export interface CallGraph {
  /** By node, the most telling first. */
  readonly frame: Uint32Array; // FrameIndex
  readonly flat: Float64Array;
  readonly cum: Float64Array;
  /** By edge, the heaviest first: nodes, not frames. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly weight: Float64Array;
  /** 1 where functions that are left out lie between the two ends. */
  readonly isResidual: Uint8Array;
  /** Functions that weigh too little, those of enough weight beyond `maxNodes`, and edges that weigh too little. */
  readonly smallNodes: number;
  readonly furtherNodes: number;
  readonly smallEdges: number;
  /** Below these cumulative costs and flows it was too little. */
  readonly nodeCutoff: number;
  readonly edgeCutoff: number;
}

/** What pprof draws on its boxes: for each sample the labels that it has, as numbers of its own. */
export interface SampleTags {
  readonly count: number;
  /** Sample `i` has the tags `list[start[i] .. start[i + 1])`. */
  readonly start: Uint32Array;
  readonly list: Uint32Array;
}

/** Cost: one pass over all stacks for each step that drops something, three at most. */
export function callGraphOf(
  frames: Frames,
  stacks: Stacks,
  weights: Weights,
  tags: SampleTags,
  { maxNodes, minNode, minEdge }: GraphLimits = GRAPH_LIMITS,
): CallGraph {
  let graph = build(frames.count, stacks, weights, undefined);
  const total = graph.nodes.reduce((sum, node) => sum + graph.flat[node], 0);
  const nodeCutoff = Math.abs(Math.trunc(total * minNode));
  const edgeCutoff = Math.abs(Math.trunc(total * minEdge));
  const all = graph.nodes.length;
  let nodes = graph.nodes.filter((node) => Math.abs(graph.cum[node]) >= nodeCutoff);
  if (nodes.length < all) graph = build(frames.count, stacks, weights, nodes);
  const smallNodes = all - graph.nodes.length;
  const heavy = graph.nodes.length;

  nodes = ranked(graph, frames);
  const first = nodes.slice(
    0,
    mostTelling(nodes, maxNodes, nodeCutoff, tagCosts(graph, nodes, maxNodes, stacks, weights, tags)),
  );
  if (first.length < nodes.length) {
    graph = build(frames.count, stacks, weights, first);
    nodes = ranked(graph, frames);
  }
  const edges = graph.edges.filter(({ weight }) => Math.abs(weight) >= edgeCutoff);
  const smallEdges = graph.edges.length - edges.length;
  const kept = withoutRedundant(nodes, edges, frames);
  kept.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.from - b.from || a.to - b.to);
  const place = new Map(nodes.map((node, at) => [node, at]));
  return {
    frame: Uint32Array.from(nodes),
    flat: Float64Array.from(nodes, (node) => graph.flat[node]),
    cum: Float64Array.from(nodes, (node) => graph.cum[node]),
    from: Uint32Array.from(kept, ({ from }) => place.get(from) ?? 0),
    to: Uint32Array.from(kept, ({ to }) => place.get(to) ?? 0),
    weight: Float64Array.from(kept, ({ weight }) => weight),
    isResidual: Uint8Array.from(kept, ({ isResidual }) => (isResidual ? 1 : 0)),
    ...{ smallNodes, furtherNodes: heavy - nodes.length, smallEdges, nodeCutoff, edgeCutoff },
  };
}

/** The labels that pprof draws: text labels together, and each number of `bytes` apart. */
export function sampleTagsOf({ samples, strings }: Profile): SampleTags {
  const { labels, labelStart, count } = samples;
  const numbers = new Map<string, number>();
  const numberOf = (tag: string) => {
    let number = numbers.get(tag);
    if (number === undefined) numbers.set(tag, (number = numbers.size));
    return number;
  };
  const start = new Uint32Array(count + 1);
  const list: number[] = [];
  for (let sample = 0; sample < count; sample++) {
    const texts: string[] = [];
    const sizes: number[] = [];
    for (let row = labelStart[sample]; row < labelStart[sample + 1]; row++) {
      const key = strings.at(labels.key[row]);
      if (labels.string[row] !== 0) {
        if (key !== "pprof::base") texts.push(`${key}:${strings.at(labels.string[row])}`);
      } else if (key === "bytes") sizes.push(labels.number[row]);
    }
    const text = texts.sort().join("\n");
    if (text !== "") list.push(numberOf(text));
    for (const size of sizes) list.push(numberOf(`${text}\0${size}`));
    start[sample + 1] = list.length;
  }
  return { count: numbers.size, start, list: Uint32Array.from(list) };
}

interface Edge {
  readonly from: FrameIndex;
  readonly to: FrameIndex;
  weight: number;
  isResidual: boolean;
}

interface Built {
  /** The frames that cost anything. */
  readonly nodes: readonly FrameIndex[];
  /** By FrameIndex. */
  readonly flat: Float64Array;
  readonly cum: Float64Array;
  readonly edges: readonly Edge[];
}

/** Costs and calls of the frames in `kept`, or of all. What recurs in a stack counts once. */
function build(count: number, stacks: Stacks, weights: Weights, kept: readonly FrameIndex[] | undefined): Built {
  const isKept = new Uint8Array(count).fill(kept === undefined ? 1 : 0);
  for (const frame of kept ?? []) isKept[frame] = 1;
  const flat = new Float64Array(count);
  const cum = new Float64Array(count);
  const edges: Edge[] = [];
  const edgeOf = new PairTable();
  const nodeSeen = new Int32Array(count).fill(-1);
  const edgeSeen: number[] = [];
  const { start, frame } = stacks;
  for (let sample: SampleIndex = 0; sample < weights.length; sample++) {
    const weight = weights[sample];
    if (weight === 0) continue;
    let caller = -1;
    let isResidual = false;
    for (let at = start[sample]; at < start[sample + 1]; at++) {
      const node = frame[at];
      if (isKept[node] === 0) {
        isResidual = true;
        continue;
      }
      if (nodeSeen[node] !== sample) {
        nodeSeen[node] = sample;
        cum[node] += weight;
      }
      if (caller >= 0 && caller !== node) {
        const edge = edgeOf.numberOf(caller, node);
        if (edge === edges.length) {
          edges.push({ from: caller, to: node, weight, isResidual });
          edgeSeen.push(sample);
        } else if (edgeSeen[edge] !== sample) {
          edgeSeen[edge] = sample;
          edges[edge].weight += weight;
          edges[edge].isResidual ||= isResidual;
        }
      }
      caller = node;
      isResidual = false;
    }
    if (caller >= 0 && !isResidual) flat[caller] += weight;
  }
  const nodes: FrameIndex[] = [];
  for (let node = 0; node < count; node++) if (flat[node] !== 0 || cum[node] !== 0) nodes.push(node);
  return { nodes, flat, cum, edges };
}

/** Numbers pairs in the order in which they are met: open addressing, since a stack asks for every call in it. */
class PairTable {
  #size = 0;
  #keys = new Float64Array(1 << 12);
  #values = new Int32Array(1 << 12).fill(-1);

  numberOf(a: number, b: number): number {
    if (this.#size * 2 > this.#keys.length) this.#grow();
    const key = a * 2 ** 26 + b;
    const at = this.#placeOf(key, a, b);
    if (this.#values[at] < 0) {
      this.#keys[at] = key;
      this.#values[at] = this.#size++;
    }
    return this.#values[at];
  }

  #placeOf(key: number, a: number, b: number): number {
    const mask = this.#keys.length - 1;
    let at = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 0;
    at = (at ^ (at >>> 15)) & mask;
    while (this.#values[at] >= 0 && this.#keys[at] !== key) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(keys.length * 2);
    this.#values = new Int32Array(keys.length * 2).fill(-1);
    for (let i = 0; i < keys.length; i++) {
      if (values[i] < 0) continue;
      const at = this.#placeOf(keys[i], Math.floor(keys[i] / 2 ** 26), keys[i] % 2 ** 26);
      this.#keys[at] = keys[i];
      this.#values[at] = values[i];
    }
  }
}

/** The nodes, those first that tell most: `entropyScore` of pprof. */
function ranked({ nodes, flat, cum, edges }: Built, frames: Frames): FrameIndex[] {
  const [ins, outs] = [byEnd(edges, "to"), byEnd(edges, "from")];
  const score = new Map<FrameIndex, number>();
  for (const node of nodes) {
    const [into, out] = [ins.get(node), outs.get(node)];
    // What begins or ends stacks is worth to be seen.
    const entropy = (into ? entropyOf(into, 0) : 1) + (out ? entropyOf(out, flat[node]) : 1);
    score.set(node, Math.abs(Math.trunc(entropy * cum[node]) + flat[node]));
  }
  const { name } = frames;
  return [...nodes].sort(
    (a, b) =>
      (score.get(b) ?? 0) - (score.get(a) ?? 0) ||
      (name[a] < name[b] ? -1 : name[a] > name[b] ? 1 : Math.abs(flat[b]) - Math.abs(flat[a])),
  );
}

/** Information in how a cost is distributed over edges, in bits. */
function entropyOf(edges: readonly Edge[], self: number): number {
  let total = self;
  for (const { weight } of edges) if (weight > 0) total += weight;
  if (total === 0) return 0;
  const bits = (part: number) => (part === 0 ? 0 : -(part / total) * Math.log2(part / total));
  return edges.reduce((sum, { weight }) => sum + bits(Math.abs(weight)), self > 0 ? bits(self) : 0);
}

function byEnd(edges: readonly Edge[], end: "from" | "to"): Map<FrameIndex, Edge[]> {
  const lists = new Map<FrameIndex, Edge[]>();
  for (const edge of edges) {
    const list = lists.get(edge[end]);
    if (list) list.push(edge);
    else lists.set(edge[end], [edge]);
  }
  return lists;
}

interface TagCost {
  flat: number;
  cum: number;
}

/** By node, for those that may stay: what each label costs there. */
function tagCosts(
  graph: Built,
  nodes: readonly FrameIndex[],
  maxNodes: number,
  { start, frame }: Stacks,
  weights: Weights,
  tags: SampleTags,
): ReadonlyMap<FrameIndex, ReadonlyMap<number, TagCost>> {
  const costs = new Map<FrameIndex, Map<number, TagCost>>();
  if (tags.count === 0 || maxNodes === 0) return costs;
  for (const node of nodes.slice(0, maxNodes)) costs.set(node, new Map());
  const isNode = new Uint8Array(graph.cum.length);
  for (const node of graph.nodes) isNode[node] = 1;
  for (let sample: SampleIndex = 0; sample < weights.length; sample++) {
    if (weights[sample] === 0 || tags.start[sample] === tags.start[sample + 1]) continue;
    const last = start[sample + 1] - 1;
    const seen = new Set<FrameIndex>();
    for (let at = start[sample]; at <= last; at++) {
      const ofNode = costs.get(frame[at]);
      if (ofNode === undefined) continue;
      const isFirst = !seen.has(frame[at]);
      seen.add(frame[at]);
      for (let i = tags.start[sample]; i < tags.start[sample + 1]; i++) {
        let cost = ofNode.get(tags.list[i]);
        if (cost === undefined) ofNode.set(tags.list[i], (cost = { flat: 0, cum: 0 }));
        if (isFirst) cost.cum += weights[sample];
        if (at === last) cost.flat += weights[sample];
      }
    }
  }
  return costs;
}

/** How many of the nodes fit, when up to four labels that cost enough count as boxes, as pprof draws them. */
function mostTelling(
  nodes: readonly FrameIndex[],
  maxNodes: number,
  cutoff: number,
  tags: ReadonlyMap<FrameIndex, ReadonlyMap<number, TagCost>>,
): number {
  if (maxNodes === 0) return nodes.length;
  let count = 0;
  for (const [at, node] of nodes.entries()) {
    let own = 0;
    for (const { flat, cum } of tags.get(node)?.values() ?? []) {
      if (flat !== 0 && (Math.abs(flat) >= cutoff || Math.abs(cum) >= cutoff)) own++;
    }
    count += Math.min(own, MAX_TAGS) + 1;
    if (count >= maxNodes) return at + 1;
  }
  return nodes.length;
}

const MAX_TAGS = 4;

/** Without residual edges that another way makes needless, the lightest first. */
function withoutRedundant(nodes: readonly FrameIndex[], edges: readonly Edge[], { name }: Frames): Edge[] {
  const ins = byEnd(edges, "to");
  for (const node of [...nodes].reverse()) {
    const into = ins.get(node);
    if (into === undefined) continue;
    const heaviest = [...into].sort(
      (a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (name[a.from] < name[b.from] ? -1 : 1),
    );
    for (const edge of heaviest.reverse()) {
      // One that is heavier than a real call stays, or the picture would say that the call is the heaviest.
      if (!edge.isResidual) break;
      if (isRedundant(edge, ins)) into.splice(into.indexOf(edge), 1);
    }
  }
  return [...ins.values()].flat();
}

/** Whether its start reaches its end without it. */
function isRedundant(edge: Edge, ins: ReadonlyMap<FrameIndex, readonly Edge[]>): boolean {
  const seen = new Set([edge.to]);
  const queue = [edge.to];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const into of ins.get(next) ?? []) {
      if (into === edge || seen.has(into.from)) continue;
      if (into.from === edge.from) return true;
      seen.add(into.from);
      queue.push(into.from);
    }
  }
  return false;
}
