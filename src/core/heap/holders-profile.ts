/**
 * A reading of a heap as an ordinary profile: its stacks are the paths down the dominator tree, its values the objects'
 * own bytes and their number. Every view, filter and comparison of profiles works on it.
 */
import type { Profile } from "../profile/profile.js";
import { type BuiltLine, ProfileBuilder } from "../profile/profile-builder.js";
import { contentOf, groupsBelow, type HeapView, labelOf, type Member } from "./contents.js";
import { ownerNode } from "./dominators.js";

/** What retains less is part of what holds it. */
const MIN_SHARE = 0.0002;
const MAX_DEPTH = 60;
/** Of more elements than these only the first are looked into. */
const MAX_MEMBERS = 20_000;

export function holdersProfile(
  view: HeapView,
  about: { readonly timeNanos: bigint; readonly comment: string },
): Profile {
  const { tree, roots } = view;
  const builder = new ProfileBuilder();
  const locations = new Map<string, number>();
  const locationOf = (name: string) => {
    let location = locations.get(name);
    if (location === undefined) {
      const line: BuiltLine = { function: builder.function(name, ""), line: 0 };
      location = builder.location(0, locations.size + 1, [line]);
      locations.set(name, location);
    }
    return location;
  };
  const least = tree.retained[0] * MIN_SHARE;
  /** `stack` is root first. */
  const add = (stack: readonly number[], objects: number, bytes: number) => {
    if (objects > 0) builder.sample([...stack].reverse(), [objects, Math.round(bytes)], []);
  };
  const visit = (stack: readonly number[], members: readonly Member[]) => {
    let objects = 0;
    let bytes = 0;
    const below = new Map<string, { retained: number; retainedObjects: number; members: Member[] }>();
    for (const { node, content } of members) {
      const object = tree.what[node];
      objects += tree.retainedObjects[node];
      bytes += tree.retained[node];
      const known = object < 0 ? content : contentOf(view, object, content);
      for (const group of groupsBelow(view, node, known, MAX_MEMBERS)) {
        const steps = group.steps.map(({ name, type }) => (type ? `${name} ${type}` : name));
        const inner = group.isDirect ? steps.join(" ") : "(held by several of these)";
        const name = [group.label, inner].filter(Boolean).join(": ");
        const same = below.get(name);
        if (same === undefined) below.set(name, { ...group, members: [...group.members] });
        else {
          same.retained += group.retained;
          same.retainedObjects += group.retainedObjects;
          for (const member of group.members) if (same.members.length < MAX_MEMBERS) same.members.push(member);
        }
      }
    }
    for (const [name, group] of below) {
      if (group.retained < least || stack.length >= MAX_DEPTH) continue;
      objects -= group.retainedObjects;
      bytes -= group.retained;
      const next = name === "" ? stack : [...stack, locationOf(name)];
      const whole = group.members.reduce((sum, { node }) => sum + tree.retained[node], 0);
      if (group.members.length < MAX_MEMBERS || whole >= group.retained) visit(next, group.members);
      else add(next, group.retainedObjects, group.retained);
    }
    add(stack, objects, bytes);
  };
  for (let i = tree.childStart[0]; i < tree.childStart[1]; i++) {
    const node = tree.children[i];
    const what = tree.what[node];
    if (what >= 0) continue;
    const owner = roots.owners[ownerNode(what)];
    const name = owner.kind === "goroutine" ? `goroutine: ${owner.name}` : labelOf(owner);
    visit([locationOf(name)], [{ node, content: undefined }]);
  }
  const shared = [];
  for (let i = tree.childStart[0]; i < tree.childStart[1]; i++) {
    const node = tree.children[i];
    if (tree.what[node] >= 0) shared.push({ node, content: undefined });
  }
  if (shared.length > 0) visit([locationOf("(held by several)")], shared);
  const profile = builder.finish({
    format: "pprof",
    sampleTypes: [
      { type: "held_objects", unit: "count" },
      { type: "held_space", unit: "bytes" },
    ],
    defaultSampleType: 1,
    periodType: { type: "space", unit: "bytes" },
    period: 1,
    comments: [about.comment],
    mappings: [],
    warnings: [],
  });
  return { ...profile, timeNanos: about.timeNanos };
}
