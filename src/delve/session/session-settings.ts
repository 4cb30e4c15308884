/** What a debug session of the proxy is told before it begins: by `godiag dap`, or by the editor. */
import type { Version } from "../dlv/delve-versions.js";

export interface SessionSettings {
  readonly engine: "auto" | "dap" | "rpc";
  /** The dlv that may be started; undefined in front of one that was there before us. */
  readonly dlv: string | undefined;
  readonly flags: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly version: Version | undefined;
  /** Read every goroutine at every stop, whatever the launch says. */
  readonly loadAll: boolean;
  /** Children are sessions of their own where the client can start sessions. */
  readonly childSessions: boolean;
  /** Switch memory profiling on where the linker has switched it off. */
  readonly memoryProfiling: boolean;
  /** Have the runtime of a launched program keep who led to each goroutine. */
  readonly recordStarters: boolean;
  readonly log: (line: string) => void;
}
