/**
 * `windows`, `osx` and `linux` blocks: VS Code puts the attributes of the block for its system over the others, one by
 * one, and drops the blocks (src/vs/workbench/services/configurationResolver, BaseConfigurationResolverService).
 *
 * Rules see a configuration as it starts here, and once more for each other system, of which only what stands in its
 * block is shown. What is on this machine's disk says nothing about another system's paths.
 */
import type { Node } from "jsonc-parser";
import { type Attribute, type Configuration, type Members, objectAt, stringAt } from "./document.js";
import type { Facts } from "./facts.js";

const BLOCKS = { linux: "linux", darwin: "osx", windows: "windows" } as const;

export interface View {
  readonly configuration: Configuration;
  readonly facts: Facts;
  /** Whether a problem at this place is one of this view's. */
  readonly shows: (at: Node) => boolean;
}

export function viewsOf(configuration: Configuration, facts: Facts): View[] {
  const blocks = (["linux", "darwin", "windows"] as const).flatMap((goos) => {
    const members = objectAt(configuration, BLOCKS[goos]);
    return members ? [{ goos, members }] : [];
  });
  if (blocks.length === 0) return [{ configuration, facts, shows: () => true }];
  const elsewhere = withoutFiles(facts);
  const here = blocks.find(({ goos }) => goos === facts.goos);
  const isInBlock = (at: Node) => blocks.some(({ members }) => isInside(at, members.node));
  const hidden = here ? configuration.list.filter(({ name }) => here.members.byName.has(name)) : [];
  const isHidden = (at: Node) => hidden.some(({ property }) => isInside(at, property));
  const views: View[] = [
    {
      configuration: here ? merged(configuration, here.members, configuration.node) : configuration,
      facts,
      shows: (at) => !isInBlock(at),
    },
  ];
  if (hidden.length > 0) views.push({ configuration, facts: elsewhere, shows: isHidden });
  for (const { goos, members } of blocks) {
    views.push({
      configuration: merged(configuration, members, members.node),
      facts: goos === facts.goos ? facts : { ...elsewhere, goos },
      shows: (at) => isInside(at, members.node) && at !== members.node,
    });
  }
  return views;
}

/** As it starts on the system of the block; what a fix adds goes to `node`. */
function merged(configuration: Configuration, block: Members, node: Node): Configuration {
  const list: Attribute[] = [...configuration.list.filter(({ name }) => !block.byName.has(name)), ...block.list];
  const members: Members = { node, list, byName: new Map([...configuration.byName, ...block.byName]) };
  const own = (name: "type" | "request") => stringAt(members, name) ?? configuration[name];
  return { ...members, name: configuration.name, type: own("type"), request: own("request") };
}

function withoutFiles(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !OF_THIS_DISK.includes(name))) as Facts;
}

const OF_THIS_DISK = ["paths", "packages", "folder"];

const isInside = (at: Node, node: Node) =>
  at.offset >= node.offset && at.offset + at.length <= node.offset + node.length;
