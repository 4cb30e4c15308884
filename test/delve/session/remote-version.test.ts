/** A remote attach to a Delve of another version than the one that was found here: what it says of itself counts. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { StatusBody } from "../../../src/delve/session/requests.js";
import { leastVersionWith } from "../../../src/delve/dlv/unknown-delve.js";
import { connection, INITIALIZE } from "../../support/conversation.js";
import { ended, listening } from "../../support/dap-session.js";
import { built, MACHINES } from "../../support/paused-debuggee.js";

const [OLD, NEW] = MACHINES;
const folder = resolve("test/fixtures/children");

test.each([
  ["takes one client and does not say", ["--headless"], undefined],
  ["takes several and says it over JSON-RPC", ["--headless", "--accept-multiclient"], OLD.delveVersion],
])("a Delve that %s", async (_, flags, version) => {
  const binary = built(folder, ".", OLD.go);
  const args = ["exec", binary, ...flags, "--api-version=2", "--listen=127.0.0.1:0"];
  const headless = spawn(OLD.dlv, args, { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => ended(headless));
  const { address } = await listening(headless);
  const here = await connection({ version: NEW.delveVersion, dlv: NEW.dlv, env: process.env }, "auto", folder);
  onTestFinished(() => here.close());
  const { talk } = here;
  await talk.ask("initialize", INITIALIZE);
  talk.send("attach", { mode: "remote", host: "127.0.0.1", port: Number(address.split(":")[1]), stopOnEntry: true });
  await talk.event("initialized");
  talk.send("configurationDone");
  await talk.event("stopped");
  const dlv = async () => ((await talk.ask("goDiagnostics/status")).body as unknown as StatusBody).dlv.version;
  await talk.ask("goDiagnostics/goroutines"); // waits until it is known how memory is read
  expect(await dlv()).toBe(version);
});

test.each([
  [{ supportsWriteMemoryRequest: true, supportsReadMemoryRequest: true }, [1, 27, 0]],
  [{ supportsDataBreakpoints: true, supportsReadMemoryRequest: true }, [1, 26, 2]],
  [{ supportsReadMemoryRequest: true, supportsRestartRequest: true }, [1, 26, 0]],
  [{ supportsRestartRequest: true }, [1, 25, 1]],
  [{}, undefined],
])("who can %o is at least %o", (capabilities, version) => expect(leastVersionWith(capabilities)).toEqual(version));
