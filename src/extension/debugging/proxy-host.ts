/** The thread of the proxies (proxy-thread.ts) from the extension host's side: started when it is first needed. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { ProxyOptions } from "../../delve/session/start-proxy.js";
import { log } from "../log.js";
import type { FromProxyThread, ToProxyThread } from "./proxy-thread.js";

export interface ProxyAddress {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
}

/** Listening takes no time; a thread that does not answer must not keep a session from starting. */
const START_LIMIT_MS = 5_000;

interface Waiting {
  readonly name: string;
  readonly listening: (address: ProxyAddress) => void;
  readonly failed: (why: string) => void;
}

export class ProxyHost {
  readonly #bundle: string;
  readonly #proxies = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #count = 0;

  constructor(extensionPath: string) {
    this.#bundle = join(extensionPath, "dist", "proxy-thread.cjs");
  }

  dispose(): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
  }

  /** Where the session is to connect. Rejects when there is no proxy, with why. */
  async start(name: string, options: ProxyOptions): Promise<ProxyAddress> {
    const thread = (this.#thread ??= this.#startThread());
    const id = ++this.#count;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<ProxyAddress>((resolve, reject) => {
        const failed = (why: string) => reject(new Error(why));
        timer = setTimeout(() => failed(`it does not listen within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
        this.#proxies.set(id, { name, listening: resolve, failed });
        thread.postMessage({ type: "start", id, options } satisfies ToProxyThread);
      });
    } catch (error) {
      this.#proxies.delete(id);
      thread.postMessage({ type: "close", id } satisfies ToProxyThread);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #startThread(): Worker {
    const thread = new Worker(this.#bundle);
    const gone = (why: string) => {
      if (this.#thread === thread) this.#thread = undefined;
      for (const { failed } of this.#proxies.values()) failed(why);
      this.#proxies.clear();
    };
    thread.on("message", (message: FromProxyThread) => this.#heard(message));
    thread.on("error", (error) => {
      log().error("the proxy's thread failed:", error);
      gone(error.message);
    });
    thread.on("exit", (code) => gone(`the proxy's thread ended with exit code ${code}`));
    thread.unref();
    return thread;
  }

  #heard(message: FromProxyThread): void {
    const proxy = this.#proxies.get(message.id);
    if (!proxy) return;
    switch (message.type) {
      case "listening":
        proxy.listening(message);
        break;
      case "failed":
        proxy.failed(message.why);
        break;
      case "ended":
        log().info(`proxy of "${proxy.name}": the session is over: ${message.how}`);
        this.#proxies.delete(message.id);
        break;
      case "log":
        log().info(`proxy of "${proxy.name}": ${message.line}`);
        break;
    }
  }
}
