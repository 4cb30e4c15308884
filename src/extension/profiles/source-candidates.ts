/**
 * Where the source of a frame may be on this machine.
 *
 * A profile names files as the compiler saw them: on another machine, in a container, or trimmed by -trimpath to
 * "module@version/file.go", "module/package/file.go", or "net/http/server.go" for the standard library. This lists
 * the places to look at, most certain first; whoever asked looks which of them exists.
 */
export interface GoPlaces {
  /** GOROOT of this machine's Go; undefined where there is none. */
  readonly goroot: string | undefined;
  /** GOMODCACHE. */
  readonly moduleCache: string | undefined;
  /** Modules of the workspace: the folder of each go.mod and the module path that it declares. */
  readonly modules: readonly { readonly folder: string; readonly path: string }[];
  /** The setting: a prefix as profiles write it, and what it stands for here. */
  readonly mappings: Readonly<Record<string, string>>;
}

/** Paths with forward slashes, most certain first. */
export function sourceCandidates(file: string, places: GoPlaces): string[] {
  const path = file.replaceAll("\\", "/");
  const found: string[] = [];
  for (const [prefix, local] of Object.entries(places.mappings)) {
    if (prefix !== "" && path.startsWith(prefix)) found.push(local + path.slice(prefix.length));
  }
  const absolute = path.startsWith("/") || /^[A-Za-z]:\//.test(path);
  if (absolute) found.push(path);
  for (const { folder, path: module } of places.modules) {
    if (path.startsWith(module + "/")) found.push(`${folder}/${path.slice(module.length + 1)}`);
  }
  const cached = /(?:^|\/pkg\/mod\/)([^/].*@v[^/]+\/.+)$/.exec(path);
  if (cached && places.moduleCache) found.push(`${places.moduleCache}/${cached[1]}`);
  if (places.goroot) {
    const std = absolute ? /\/src\/(.+)$/.exec(path)?.[1] : path;
    if (std !== undefined) found.push(`${places.goroot}/src/${std}`);
  }
  return [...new Set(found)];
}

/** Of files with the same name, those that share most of the path's end with `file`; undefined without a hint. */
export function bestSuffixMatch(file: string, present: readonly string[]): string | undefined {
  const wanted = file.replaceAll("\\", "/").split("/").reverse();
  let best: string | undefined;
  let bestLength = 0;
  let tied = false;
  for (const path of present) {
    const parts = path.replaceAll("\\", "/").split("/").reverse();
    let length = 0;
    while (length < wanted.length && wanted[length] === parts[length]) length++;
    if (length === bestLength) tied = true;
    if (length <= bestLength) continue;
    best = path;
    bestLength = length;
    tied = false;
  }
  // A bare name ("main.go") that several folders have says nothing.
  return tied && bestLength === 1 ? undefined : best;
}

/**
 * What to remember once somebody said where a file is: a start of the profile's path, and the folder that stands for it.
 * Undefined when the two do not even end in the same name, or are the same.
 */
export function mappingFor(file: string, local: string): readonly [from: string, to: string] | undefined {
  const [theirs, ours] = [file, local].map((path) => path.replaceAll("\\", "/").split("/"));
  let same = 0;
  while (same < theirs.length && same < ours.length && theirs.at(-1 - same) === ours.at(-1 - same)) same++;
  const from = theirs.slice(0, theirs.length - same).join("/");
  const to = ours.slice(0, ours.length - same).join("/");
  if (same === 0 || from === to || from === "") return undefined;
  return [`${from}/`, `${to}/`];
}

/** The line, starting at 1, that declares a function of a profile ("main.(*cache).put.func1" is inside put). */
export function declarationLine(text: string, functionName: string): number | undefined {
  const bare = functionName.slice(functionName.lastIndexOf("/") + 1).replace(/\[.*?\]/g, "");
  const parts = bare
    .split(".")
    .slice(1)
    .filter((part) => !/^(func)?\d+$/.test(part) && !/^gowrap\d+$/.test(part));
  const receiver = parts.length > 1 ? parts[0].replace(/^\(\*?|\)$/g, "") : undefined;
  const name = (parts[receiver === undefined ? 0 : 1] ?? "").replace(/-fm$/, "");
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) return undefined;
  const of =
    receiver === undefined
      ? ""
      : String.raw`\(\s*(?:[\p{L}_][\p{L}\p{N}_]*\s+)?\*?\s*${receiver.replace(/[^\p{L}\p{N}_]/gu, "")}(?:\[[^\]]*\])?\s*\)\s*`;
  const declaration = new RegExp(String.raw`^func\s+${of}${name}\s*[[(]`, "mu");
  const at = declaration.exec(text)?.index;
  return at === undefined ? undefined : text.slice(0, at).split("\n").length;
}
