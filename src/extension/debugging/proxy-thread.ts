/**
 * The thread that the proxies of all debug sessions share: 16 MB of variables pass through it without the extension
 * host noticing. Its bundle is dist/proxy-thread.cjs.
 */
import { parentPort } from "node:worker_threads";
import { type ProxyOptions, type RunningProxy, startProxy } from "../../delve/session/start-proxy.js";
import { errorText } from "../../core/text/error-text.js";

export type ToProxyThread =
  | { readonly type: "start"; readonly id: number; readonly options: ProxyOptions }
  | { readonly type: "close"; readonly id: number };

/** Each `start` is answered by `listening` or `failed`, and later by one `ended`. */
export type FromProxyThread =
  | {
      readonly type: "listening";
      readonly id: number;
      readonly host?: string;
      readonly port?: number;
      readonly socketPath?: string;
    }
  | { readonly type: "failed"; readonly id: number; readonly why: string }
  | { readonly type: "ended"; readonly id: number; readonly how: string }
  | { readonly type: "log"; readonly id: number; readonly line: string };

const running = new Map<number, Promise<RunningProxy>>();
const say = (message: FromProxyThread) => parentPort?.postMessage(message);

async function start(id: number, options: ProxyOptions): Promise<void> {
  const starting = startProxy(options, { log: (line) => say({ type: "log", id, line }) });
  running.set(id, starting);
  try {
    const { host, port, socketPath, ended } = await starting;
    say({
      type: "listening",
      id,
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
      ...(socketPath !== undefined && { socketPath }),
    });
    say({ type: "ended", id, how: await ended });
  } catch (error) {
    say({ type: "failed", id, why: errorText(error) });
  } finally {
    running.delete(id);
  }
}

parentPort?.on("message", (message: ToProxyThread) => {
  if (message.type === "start") void start(message.id, message.options);
  else
    void running.get(message.id)?.then(
      (proxy) => proxy.close(),
      () => undefined,
    );
});
