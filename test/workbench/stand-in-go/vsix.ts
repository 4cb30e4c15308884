/** Packages the stand-in for golang.go: a workbench without a marketplace has no other debugger of type go. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { artefact, newRunFolder, repository } from "../places.js";

const here = join(repository, "test", "workbench", "stand-in-go");

export async function packageStandInGo(): Promise<string> {
  const vsix = artefact("stand-in-go.vsix");
  const folder = newRunFolder("stand-in-go");
  mkdirSync(join(folder, "out"));
  await build({
    entryPoints: [join(here, "extension.ts")],
    outfile: join(folder, "out", "extension.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
  });
  cpSync(join(here, "package.json"), join(folder, "package.json"));
  cpSync(join(repository, "LICENSE"), join(folder, "LICENSE"));
  const vsce = join(repository, "node_modules", ".bin", "vsce");
  execFileSync(vsce, ["package", "--no-dependencies", "--out", vsix], { cwd: folder, stdio: "pipe" });
  rmSync(folder, { recursive: true });
  return vsix;
}
