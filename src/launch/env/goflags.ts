/** Build flags in GOFLAGS, and what each does to debugging and to profiles. */
import { type EnvFacts, type EnvFinding, error, information, warning } from "./facts.js";

/** The value of -mod, which is not -modfile. */
export function modeFlag(flags: string | undefined): string | undefined {
  return /(?:^|[\s'"])-?-mod=([^\s'"]+)/.exec(flags ?? "")?.[1];
}

export function* buildFlagFindings({ goEnv, editor, prebuilt }: EnvFacts): Generator<EnvFinding> {
  yield* flagFindings("GOFLAGS", goEnv["GOFLAGS"] ?? "");
  if (editor.tools !== undefined && editor.tools !== goEnv["GOFLAGS"]) {
    yield* flagFindings("GOFLAGS of go.toolsEnvVars", editor.tools);
  }
  if (goEnv["GOFLAGS"] === undefined || prebuilt.length === 0 || isUnoptimised(goEnv["GOFLAGS"])) return;
  yield information(
    "goflags-optimised",
    `launch.json debugs what was built before (${prebuilt.join(", ")}), and GOFLAGS has no -N -l: plain \`go build\` optimises and inlines, so steps jump and variables are missing. Build that program with: go build -gcflags='all=-N -l'`,
  );
}

function* flagFindings(place: string, flags: string): Generator<EnvFinding> {
  if (/-ldflags[= ]["']?[^"']*-[sw](?![\w-])/.test(flags)) {
    yield error(
      "goflags-stripped",
      `${place} strips debug information (-ldflags with -s or -w): programs start, but no breakpoint of the editor binds and there are no variables. Take it out.`,
    );
  }
  if (/(?:^|\s)-trimpath(?:=true)?(?:\s|$)/.test(flags)) {
    yield warning(
      "goflags-trimpath",
      `${place} has -trimpath: programs do not know where their sources are, and breakpoints do not bind unless the launch configuration has substitutePath. Take it out for debugging.`,
    );
  }
  if (isUnoptimised(flags)) {
    yield information(
      "goflags-unoptimised",
      `${place} has -gcflags with -N or -l: good for debugging, which Delve adds by itself, but all that is built and measured is slower than the real program. Take it out before profiling.`,
    );
  }
}

function isUnoptimised(flags: string): boolean {
  return /-gcflags[= ]["']?[^"']*-[Nl](?![\w-])/.test(flags);
}
