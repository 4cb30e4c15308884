import { expect, test } from "vitest";
import { editorFlags, prebuiltConfigurations } from "../../../src/launch/env/editor-text.js";

const nothing = { tools: undefined, build: undefined, terminal: undefined };

test.each([
  ["", nothing],
  ["{ half", nothing],
  [`{ "go.toolsEnvVars": { "GOFLAGS": "-mod=mod" } } // why`, { ...nothing, tools: "-mod=mod" }],
  [`{ "go.buildFlags": ["-v", "-mod=mod"] }`, { ...nothing, build: "-v -mod=mod" }],
  [`{ "terminal.integrated.env.linux": { "GOFLAGS": "-x" } }`, { ...nothing, terminal: "-x" }],
  [`{ "terminal.integrated.env.osx": { "GOFLAGS": "-x" } }`, nothing],
  [`{ "go.toolsEnvVars": { "GOFLAGS": "\${env:GOFLAGS}" } }`, nothing],
  [`{ "go.toolsEnvVars": "GOFLAGS", "go.buildFlags": 7 }`, nothing],
])("%s", (text, flags) => expect(editorFlags(text, "linux")).toEqual(flags));

test.each([
  [`{ "type": "go", "request": "launch", "mode": "exec" }`, ["X"]],
  [`{ "type": "go", "request": "attach", "mode": "local" }`, ["X"]],
  [`{ "type": "go", "request": "attach", "mode": "remote" }`, []],
  [`{ "type": "go", "request": "launch", "mode": "debug" }`, []],
  [`{ "type": "node", "request": "attach" }`, []],
])("prebuilt: %s", (configuration, names) => {
  const text = `{ "configurations": [${configuration.replace("{", `{ "name": "X",`)}] }`;
  expect(prebuiltConfigurations(text)).toEqual(names);
});
