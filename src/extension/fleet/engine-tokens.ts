/**
 * Tokens of engines, kept in VS Code's secret storage by origin, so that no setting holds one and none is sent elsewhere.
 */
import * as vscode from "vscode";
import { parseEngine } from "../../capture/fleet/engine-target.js";
import type { Access } from "../../capture/pprof-endpoint.js";

const keyOf = (engine: string): string | undefined => {
  const target = parseEngine(engine);
  return target.ok ? `fleet.token ${target.value.base.origin}` : undefined;
};

export async function accessTo(context: vscode.ExtensionContext, engine: string): Promise<Access> {
  const key = keyOf(engine);
  const token = key === undefined ? undefined : await context.secrets.get(key);
  return token === undefined ? {} : { headers: { authorization: token } };
}

/** Whether one was given; an empty one forgets the one that is kept. */
export async function askToken(context: vscode.ExtensionContext, engine: string): Promise<boolean> {
  const key = keyOf(engine);
  if (key === undefined) return false;
  const given = await vscode.window.showInputBox({
    title: `Token of ${key.slice("fleet.token ".length)}`,
    prompt:
      "A token, or USER:PASSWORD. It is kept in VS Code's secret storage and sent to this engine only; empty forgets it.",
    password: true,
    ignoreFocusOut: true,
  });
  if (given === undefined) return false;
  const token = given.trim();
  if (token === "") await context.secrets.delete(key);
  else await context.secrets.store(key, authorization(token));
  return true;
}

/** As the header has it. */
function authorization(token: string): string {
  if (/^(?:bearer|basic) /i.test(token)) return token;
  return token.includes(":") ? `Basic ${Buffer.from(token).toString("base64")}` : `Bearer ${token}`;
}
