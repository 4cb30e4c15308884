/**
 * The settings, typed by what package.json contributes: an unknown name or a wrong type does not compile.
 */
import * as vscode from "vscode";
import type manifest from "../../package.json";

type Properties = typeof manifest.contributes.configuration.properties;
export type SettingName = keyof Properties;
type ValueOf<Name extends SettingName> = Properties[Name]["default"];

/** The value in force, for a resource where the setting may differ by folder. */
export function setting<Name extends SettingName>(name: Name, scope?: vscode.Uri): ValueOf<Name> {
  return vscode.workspace.getConfiguration(undefined, scope).get<ValueOf<Name>>(name)!;
}
