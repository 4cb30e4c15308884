/**
 * Which object of a heap points to which: the edges of all objects one behind the other (CSR).
 */
import type { HeapSpans } from "./spans.js";

export interface ObjectGraph {
  readonly spans: HeapSpans;
  /** The edges of object `i` are `edges[edgeStart[i]]` to before `edges[edgeStart[i + 1]]`: objects, in the order of its words. */
  readonly edgeStart: Uint32Array;
  readonly edges: Int32Array;
}
