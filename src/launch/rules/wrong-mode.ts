/** A mode that the request does not have. */
import { ATTACH_MODES, LAUNCH_MODES } from "../attributes.js";
import type { Change } from "../change.js";
import { hasVariable, setAttribute } from "../configuration.js";
import { type Configuration, stringAt } from "../document.js";
import { nearest } from "../nearest.js";
import type { Rule } from "../rule.js";

export const wrongMode: Rule = {
  id: "wrong-mode",
  about: "A mode that the request does not have",
  configuration(configuration) {
    const { request } = configuration;
    const attribute = configuration.byName.get("mode");
    const mode = stringAt(configuration, "mode");
    if (!attribute || !mode || hasVariable(mode) || (request !== "launch" && request !== "attach")) return [];
    const modes = request === "launch" ? LAUNCH_MODES : ATTACH_MODES;
    if (modes.includes(mode)) return [];
    const { why, title, changes } =
      request === "launch" ? meantLaunch(configuration, mode) : meantAttach(configuration, mode);
    return [
      {
        at: attribute.value,
        severity: "error",
        message: `\`${request}\` has no mode \`${mode}\`, only ${modes.join(", ")}: dlv fails with "unsupported 'mode' attribute". ${why}`,
        fix: { title, changes },
      },
    ];
  },
};

interface Meant {
  readonly why: string;
  readonly title: string;
  readonly changes: readonly Change[];
}

function meantLaunch(configuration: Configuration, mode: string): Meant {
  if (mode === "remote" || (mode === "local" && configuration.byName.has("processId"))) {
    return {
      why: 'You wanted to join a process that runs already: the fix writes `request: "attach"`.',
      title: 'Write request: "attach"',
      changes: [setAttribute(configuration, "request", "attach")],
    };
  }
  const other: Record<string, string> = {
    launch: "auto",
    run: "auto",
    binary: "exec",
    execute: "exec",
    package: "debug",
  };
  const meant = (Object.hasOwn(other, mode) && other[mode]) || nearest(mode, LAUNCH_MODES) || "auto";
  return {
    why: `The fix writes \`${meant}\`${meant === "auto" ? ", which builds and debugs the package, or its tests when a test file is open" : ""}.`,
    title: `Write mode: "${meant}"`,
    changes: [setAttribute(configuration, "mode", meant)],
  };
}

function meantAttach(configuration: Configuration, mode: string): Meant {
  if (
    LAUNCH_MODES.includes(mode) &&
    configuration.byName.has("program") &&
    !configuration.byName.has("processId") &&
    !configuration.byName.has("port")
  ) {
    return {
      why: 'A program that is built and started is a launch: the fix writes `request: "launch"`.',
      title: 'Write request: "launch"',
      changes: [setAttribute(configuration, "request", "launch")],
    };
  }
  const meant = configuration.byName.has("port") || configuration.byName.has("host") ? "remote" : "local";
  return {
    why: `You wanted to join a ${meant === "remote" ? "dlv that listens on a port" : "process of this machine"}: the fix writes \`${meant}\`.`,
    title: `Write mode: "${meant}"`,
    changes: [setAttribute(configuration, "mode", meant)],
  };
}
