/**
 * The ways in which goroutines leak, told apart by what they wait for and in whose code; with the words for each.
 */
import { isStandard } from "../profile/allocation-blame.js";

export type LeakPattern =
  | "deadlock"
  | "chan-send"
  | "chan-receive"
  | "range-not-closed"
  | "nil-channel"
  | "select"
  | "select-no-cases"
  | "context-never-cancelled"
  | "mutex"
  | "waitgroup"
  | "cond"
  | "sleep-loop"
  | "timer-loop"
  | "http-body-not-closed"
  | "http-client-per-request"
  | "http-server-connection"
  | "http-server-not-closed"
  | "io-wait"
  | "finalizer"
  | "other";

interface Words {
  /** What the goroutines do, as the end of "12 goroutines …". */
  readonly what: string;
  /** Why that never ends: said plainly when it is proved, as a guess when it is not. */
  readonly why: string;
  readonly advice: string;
}

/** The pattern of goroutines in that state on that stack (function names, leaf first). */
export function patternOfWait(state: string, functions: readonly string[]): LeakPattern {
  if (functions.some((name) => RUNS_FINALIZERS.test(name))) return "finalizer";
  const reader = functions.some((name) => name === "net/http.(*persistConn).readLoop");
  if (reader) {
    // Between two requests it reads ahead; in its select it waits for the body to be read to the end or closed.
    return state === "select" ? "http-body-not-closed" : "http-client-per-request";
  }
  if (functions.some((name) => /^context\..*propagateCancel/.test(name))) return "context-never-cancelled";
  if (state === "IO wait") {
    if (functions.some((name) => /^net\/http\.\(\*Server\)\.Serve/.test(name))) return "http-server-not-closed";
    // A server that waits for a request has no code of the user's on its stack; a handler that waits has.
    const isConnection = functions.some((name) => name === "net/http.(*conn).serve");
    return isConnection && functions.every(isStandard) ? "http-server-connection" : "io-wait";
  }
  const pattern = STATES.get(state) ?? "other";
  // `for range ch` and `v, ok := <-ch` call another function of the runtime; dumps leave it out, profiles have it.
  return pattern === "chan-receive" && functions.includes("runtime.chanrecv2") ? "range-not-closed" : pattern;
}

/** The runtime's goroutine for finalizers (runtime/mfinal.go), and those for cleanups since Go 1.25 (runtime/mcleanup.go). */
export const RUNS_FINALIZERS = /^runtime\.(?:runfinq|runFinalizers|runCleanups|\(\*cleanupQueue\)\.\w+)$/;

const STATES = new Map<string, LeakPattern>([
  ["chan send", "chan-send"],
  ["chan receive", "chan-receive"],
  ["chan send (nil chan)", "nil-channel"],
  ["chan receive (nil chan)", "nil-channel"],
  ["select", "select"],
  ["select (no cases)", "select-no-cases"],
  ["semacquire", "mutex"],
  ["sync.Mutex.Lock", "mutex"],
  ["sync.RWMutex.Lock", "mutex"],
  ["sync.RWMutex.RLock", "mutex"],
  ["sync.WaitGroup.Wait", "waitgroup"],
  ["sync.Cond.Wait", "cond"],
  ["sleep", "sleep-loop"],
]);

export const LEAK_WORDS: Readonly<Record<LeakPattern, Words>> = {
  deadlock: {
    what: "are asleep",
    why: "every goroutine of the program waits for another one",
    advice:
      "Find the one whose wake-up the others wait for: take locks in one order, call Done on every path, close channels that are ranged over.",
  },
  "chan-send": {
    what: "are blocked sending on a channel",
    why: "nobody receives from it any more",
    advice: "Make the channel large enough for the results, or select on the send and on ctx.Done().",
  },
  "chan-receive": {
    what: "are blocked receiving from a channel",
    why: "nobody sends to it or closes it any more",
    advice: "Close the channel when its sender is done, or select on the receive and on ctx.Done().",
  },
  "range-not-closed": {
    what: "range over a channel",
    why: "nobody sends to it or closes it any more",
    advice: "Close the channel where the last value is sent (defer close(ch)): a range ends only then.",
  },
  "nil-channel": {
    what: "wait on a nil channel",
    why: "nothing can ever wake them",
    advice: "Make the channel before the goroutine uses it; the Done channel of context.Background() is nil too.",
  },
  select: {
    what: "are blocked in a select",
    why: "none of its cases will become ready",
    advice: "Add a case for ctx.Done() (or a closed channel) and make sure that the context is cancelled.",
  },
  "select-no-cases": {
    what: "are parked by an empty select",
    why: "nothing can ever wake them",
    advice: "Wait for a channel or a context that ends the goroutine instead of select {}.",
  },
  "context-never-cancelled": {
    what: "watch a parent context for a child",
    why: "the child is never cancelled",
    advice: "Call the cancel function of every context.With…, usually with defer right after it is made.",
  },
  mutex: {
    what: "wait for a lock",
    why: "it is not released any more",
    advice: "Find who holds it (a goroutine that is past the Lock call and blocked itself) and unlock with defer.",
  },
  waitgroup: {
    what: "wait for a WaitGroup",
    why: "it will not reach zero",
    advice: "Call wg.Add before the go statement and defer wg.Done() first in the goroutine, or use wg.Go.",
  },
  cond: {
    what: "wait on a sync.Cond",
    why: "nobody signals it any more",
    advice: "Broadcast when the awaited state can no longer come, and check for that in the loop around Wait.",
  },
  "sleep-loop": {
    what: "sleep",
    why: "nothing ends their loops",
    advice: "Give each loop a context and wait for its Done channel beside the timer.",
  },
  "timer-loop": {
    what: "wake for every tick of a timer",
    why: "nothing ends their loops",
    advice:
      "Select on the tick and on ctx.Done(), and defer ticker.Stop(): Stop does not close the channel, so a range over it never ends.",
  },
  "http-body-not-closed": {
    what: "serve HTTP client connections whose response is not finished",
    why: "its body is neither read to the end nor closed",
    advice: "Close every response body: defer resp.Body.Close() after the error check.",
  },
  "http-client-per-request": {
    what: "keep idle HTTP client connections open",
    why: "each request makes a Transport of its own",
    advice: "Share one http.Client and Transport; a Transport per request keeps its own connections forever.",
  },
  "http-server-connection": {
    what: "serve HTTP connections that wait for their next request",
    why: "clients keep them open and the server sets no limit",
    advice: "Set IdleTimeout and ReadHeaderTimeout on the http.Server; without them an idle connection stays for good.",
  },
  "http-server-not-closed": {
    what: "serve listeners",
    why: "their servers are not shut down",
    advice: "Call Shutdown or Close of every http.Server and httptest.Server that is started for a while only.",
  },
  "io-wait": {
    what: "wait for the network or a pipe",
    why: "the other side is silent and there is no deadline",
    advice: "Set a deadline (SetDeadline, a client timeout, a context) and close connections that are no longer used.",
  },
  finalizer: {
    what: "run a finalizer or cleanup that is blocked",
    why: "no finalizer behind it runs any more, and all memory that has one is kept",
    advice:
      "A finalizer must never wait: let it start a goroutine for what may block, and release resources explicitly (defer x.Close()) instead.",
  },
  other: {
    what: "are blocked at the same place",
    why: "nothing ends them",
    advice: "Give each goroutine a way to end (a context, a closed channel) and limit how many are started.",
  },
};

/**
 * Goroutines that wait as part of their work, by the functions on their stacks: servers, idle connections, pools of
 * the standard library and of common packages, signal handlers. They are accused only with the runtime's proof.
 */
export function isIdleByDesign(functions: readonly string[]): boolean {
  return functions.some((name) => IDLE.test(name));
}

const IDLE = new RegExp(
  [
    String.raw`^os/signal\.(loop|signal_recv)`,
    String.raw`^net/http\.\(\*persistConn\)\.writeLoop`,
    String.raw`^net/http\.\(\*connReader\)\.backgroundRead`,
    String.raw`^net/http.*http2(clientConnReadLoop|serverConn|ClientConn)\b`,
    String.raw`^golang\.org/x/net/http2\.\(\*(clientConnReadLoop|serverConn|ClientConn)\)`,
    String.raw`^database/sql\.\(\*(DB|Tx|Rows)\)\.(connectionOpener|connectionCleaner|connectionResetter|awaitDone)`,
    String.raw`^google\.golang\.org/grpc/(internal/)?(transport|grpcsync|resolver|balancer)`,
    String.raw`^go\.opencensus\.io/stats/view\.\(\*worker\)`,
    String.raw`^(k8s\.io/klog|github\.com/golang/glog).*\.flushDaemon`,
    String.raw`^gopkg\.in/natefinch/lumberjack`,
    String.raw`^testing\.\(\*(T|M|B|F)\)\.(Run|Parallel)`,
    String.raw`^runtime/(pprof\.profileWriter|trace\.)`,
  ].join("|"),
);
