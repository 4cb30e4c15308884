/** -mod, when terminal and editor build with different ones: a package is found here and missing there. */
import { type EnvFacts, type EnvFinding, information, warning } from "./facts.js";
import { modeFlag } from "./goflags.js";

export function* editorFindings(facts: EnvFacts): Generator<EnvFinding> {
  const { goEnv, environment, editor } = facts;
  const here = goEnv["GOFLAGS"];
  if (here === undefined) return;
  const terminal = editor.terminal ?? here;
  const build = modeFlag(editor.build);
  const inEditor = build ?? modeFlag(editor.tools ?? here);
  if (inEditor !== modeFlag(terminal)) {
    const by =
      build !== undefined ? "go.buildFlags" : editor.tools !== undefined ? "go.toolsEnvVars" : "the environment";
    const other = editor.terminal !== undefined ? "terminal.integrated.env" : "this environment";
    yield warning(
      "goflags-mod-differs",
      `The editor builds with ${named(inEditor)} (${by}), the terminal with ${named(modeFlag(terminal))} (GOFLAGS of ${other}): dependencies are taken from different places. Set it once for both with \`go env -w GOFLAGS=…\` and remove it from the settings.`,
    );
    return;
  }
  const mode = modeFlag(environment["GOFLAGS"]);
  if (mode === undefined || build !== undefined || editor.tools !== undefined) return;
  yield information(
    "goflags-mod",
    `GOFLAGS has -mod=${mode}, set by the environment. An editor that is not started from this terminal builds without it; \`go env -w GOFLAGS=…\` holds for both.`,
  );
}

const named = (mode: string | undefined) => (mode === undefined ? "no -mod" : `-mod=${mode}`);
