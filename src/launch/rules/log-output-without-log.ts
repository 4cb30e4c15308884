/** Components to log, but no log. */
import { addWords, setAttribute, startsDlv } from "../configuration.js";
import type { Change } from "../change.js";
import { type Configuration, stringAt } from "../document.js";
import { flagsIn } from "../flags.js";
import type { Problem, Rule } from "../rule.js";

export const logOutputWithoutLog: Rule = {
  id: "log-output-without-log",
  about: "Components to log, but no log",
  configuration(configuration) {
    if (!startsDlv(configuration)) return [];
    const flags = flagsIn(configuration.byName.get("dlvFlags"));
    const use = flags.find(({ name }) => name === "log-output");
    const showLog: unknown = configuration.byName.get("showLog")?.value.value;
    const logged = flags.some(({ name, value }) => name === "log" && value !== "false") || showLog === true;
    const problems: Problem[] = [];
    if (use && !logged) {
      problems.push({
        at: use.nodes[0],
        severity: "error",
        message:
          '`--log-output` without `--log` makes dlv exit with "--log-output specified without --log". You wanted a log: the fix adds `--log`.',
        fix: { title: "Add --log", changes: [withLog(configuration)] },
      });
    }
    const attribute = configuration.byName.get("logOutput");
    if (attribute && !logged && (stringAt(configuration, "logOutput") ?? "") !== "") {
      problems.push({
        at: attribute.key,
        severity: "warning",
        message:
          "golang.go drops `logOutput` in silence as long as `showLog` is not true. You wanted dlv's log: the fix turns `showLog` on.",
        fix: { title: "Add showLog: true", changes: [setAttribute(configuration, "showLog", true)] },
      });
    }
    return problems;
  },
  delveConfig: true,
};

function withLog(configuration: Configuration): Change {
  const flags = configuration.byName.get("dlvFlags");
  return flags?.value.type === "array"
    ? { do: "prepend", to: flags.value, value: "--log" }
    : addWords(configuration, "dlvFlags", ["--log"])[0];
}
