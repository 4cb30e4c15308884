/**
 * Where the programs that we run (dlv, go, gopls) are looked for: on PATH, in GOBIN and in GOPATH/bin, each by a folder's
 * whole path. Never in the folder that is examined, which somebody else may have written: a relative folder on PATH
 * (`.`, `bin`) would be one there, and is passed over, as Go's own exec.LookPath does.
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

export interface ToolPlace {
  readonly from: "PATH" | "GOBIN" | "GOPATH";
  readonly folder: string;
}

/** In the order in which they are looked at. */
function toolPlaces(env: Env): ToolPlace[] {
  const home = env["HOME"] ?? env["USERPROFILE"];
  const goPaths = env["GOPATH"]?.split(delimiter) ?? (home ? [join(home, "go")] : []);
  const places: ToolPlace[] = [
    ...(env["PATH"] ?? "").split(delimiter).map((folder) => ({ from: "PATH" as const, folder })),
    { from: "GOBIN", folder: env["GOBIN"] ?? "" },
    ...goPaths.map((path) => ({ from: "GOPATH" as const, folder: path && join(path, "bin") })),
  ];
  return places.filter(({ folder }) => isAbsolute(folder));
}

/** The files of this name that can be run, with where they are, in that order. */
export async function* toolsNamed(name: string, env: Env): AsyncGenerator<ToolPlace & { readonly path: string }> {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  for (const place of toolPlaces(env)) {
    const path = join(place.folder, file);
    if (await isExecutable(path)) yield { ...place, path };
  }
}

export function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
