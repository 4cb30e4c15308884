/** One module from two places: the workspace's, and another one whose files look alike but are not built. */
import { type EnvFacts, type EnvFinding, error, type UsedModule, warning, type Workspace } from "./facts.js";

export function* moduleTwiceFindings({ goEnv, workspace }: EnvFacts): Generator<EnvFinding> {
  if (!workspace || goEnv["GOWORK"] === "off" || goEnv["GO111MODULE"] === "off") return;
  const byModule = new Map<string, UsedModule[]>();
  for (const used of workspace.uses) {
    if (used.module !== undefined) byModule.set(used.module, [...(byModule.get(used.module) ?? []), used]);
  }
  for (const [module, places] of byModule) {
    yield* usedTwice(workspace, module, places);
    yield* replacedToo(workspace, module, places[0]);
    yield* vendoredToo(workspace, module, places[0]);
  }
}

function* usedTwice({ path }: Workspace, module: string, places: readonly UsedModule[]): Generator<EnvFinding> {
  if (places.length < 2) return;
  const folders = places.map(({ folder }) => folder).join(" and ");
  yield error(
    "module-twice",
    `${path} uses ${folders}, which are both the module ${module}: go build, test and list fail ("appears multiple times in workspace"). Take one of the two out of go.work.`,
  );
}

function* replacedToo({ path, uses, replaces }: Workspace, module: string, used: UsedModule): Generator<EnvFinding> {
  if (replaces.some((replace) => replace.module === module && replace.version === undefined)) {
    yield error(
      "module-replaced",
      `${path} both uses and replaces the module ${module}: go build, test and list fail. Take the replace out of go.work.`,
    );
  }
  for (const by of uses) {
    const elsewhere = by.replaces.find((replace) => replace.module === module && replace.target !== used.folder);
    if (!elsewhere) continue;
    yield warning(
      "module-replaced",
      `${path} uses ${module} from ${used.folder}; the replace in the go.mod of ${by.folder} (${elsewhere.target}) has no effect: changes and breakpoints there do nothing. Remove one of the two.`,
    );
  }
}

function* vendoredToo({ path, uses }: Workspace, module: string, used: UsedModule): Generator<EnvFinding> {
  for (const by of uses) {
    if (!by.vendored.includes(module)) continue;
    yield warning(
      "module-vendored",
      `${path} uses ${module} from ${used.folder}; the copy in the vendor folder of ${by.folder} is not built: changes and breakpoints there do nothing. Work in ${used.folder}, or set GOWORK=off.`,
    );
  }
}
