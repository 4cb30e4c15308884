/**
 * The call tree as JSON, for scripts: columns as in `call-tree.ts`, rows in preorder, row 0 the root.
 *
 * `{sampleType, total, frames:[{name,file,line}], tree:{frame,parent,self,total}}`; `frame` is -1 for the root.
 */
import type { CallTree } from "./call-tree.js";
import type { Frames } from "../profile/frames.js";
import type { ValueType } from "../profile/profile.js";

/** The document in pieces, to be written one after the other. */
export function* treeJson(sampleType: ValueType, total: number, frames: Frames, tree: CallTree): Generator<string> {
  yield `{"sampleType":${JSON.stringify(sampleType)},"total":${total},"frames":[`;
  for (let frame = 0; frame < frames.count; frame++) {
    const described = { name: frames.name[frame], file: frames.file[frame], line: frames.line[frame] };
    yield (frame > 0 ? ",\n" : "\n") + JSON.stringify(described);
  }
  yield `],"tree":{`;
  yield* column("frame", tree.frame);
  yield ",";
  yield* column("parent", tree.parent);
  yield ",";
  yield* column("self", tree.self);
  yield ",";
  yield* column("total", tree.total);
  yield "}}\n";
}

function* column(name: string, values: Int32Array | Float64Array): Generator<string> {
  yield `"${name}":[`;
  const step = 100_000;
  for (let from = 0; from < values.length; from += step) {
    yield (from > 0 ? "," : "") + values.subarray(from, from + step).join(",");
  }
  yield "]";
}
