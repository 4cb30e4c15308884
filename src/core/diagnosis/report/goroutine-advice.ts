/**
 * What goroutines that accumulate are waiting for, and what to do, in words: only what their stack shows.
 */
import type { Words } from "./allocation-advice.js";

interface Pattern {
  readonly functions: RegExp;
  readonly what: string;
  readonly todo: string;
}

/** Matched against the frames from the wait up to the user's line; special before general. */
const PATTERNS: readonly Pattern[] = [
  {
    functions: /^net\/http\.\(\*persistConn\)\.(?:readLoop|writeLoop)$/,
    what: "These goroutines serve HTTP client connections that stay open: likely response bodies that are never closed, or a client made anew for each request.",
    todo: "Close every response body (defer resp.Body.Close() after the error check) and share one http.Client.",
  },
  {
    functions: /^net\/http\.\(\*conn\)\.serve$/,
    what: "These goroutines serve HTTP connections of clients: likely clients keep them open, or handlers do not return.",
    todo: "Set ReadHeaderTimeout, IdleTimeout and WriteTimeout on the http.Server, and watch r.Context() in slow handlers.",
  },
  {
    functions: /^database\/sql\.\(\*(?:DB|Tx|Rows|Conn)\)/,
    what: "These goroutines wait in database/sql: likely for a free connection, or for rows or a transaction that is never closed.",
    todo: "Close rows and end transactions in every path, and pass a context with a deadline.",
  },
  {
    functions: /^time\.Sleep$/,
    what: "These goroutines sleep, likely in loops that nothing ends.",
    todo: "Give each loop a context and wait for its Done channel beside the timer.",
  },
  {
    functions: /^runtime\.chansend1?$/,
    what: "These goroutines are blocked sending on a channel that likely nobody receives from any more.",
    todo: "Make the channel large enough for the one result, or select on the send and a Done channel.",
  },
  {
    functions: /^runtime\.chanrecv[12]?$/,
    what: "These goroutines are blocked receiving from a channel that likely nobody sends to or closes; a ticker's channel is never closed.",
    todo: "Close the channel when its sender is done, or select on the receive and a Done channel.",
  },
  {
    functions: /^runtime\.(?:selectgo|block)$/,
    what: "These goroutines are blocked in a select none of whose cases becomes ready: likely one for the end is missing or never fires.",
    todo: "Add a case for ctx.Done() (or a closed channel) and make sure that the context is cancelled.",
  },
  {
    functions: /^sync\.(?:\(\*WaitGroup\)\.Wait|runtime_SemacquireWaitGroup)$/,
    what: "These goroutines wait for a WaitGroup: likely a Done is missing on some path.",
    todo: "Call wg.Add before the go statement and defer wg.Done() first in the goroutine, or use wg.Go.",
  },
  {
    functions:
      /^(?:internal\/)?sync\.(?:\(\*(?:Mutex|RWMutex)\)\.(?:R?Lock|lockSlow)|runtime_Semacquire(?:Mutex|RWMutexR?|RWMutex))$/,
    what: "These goroutines wait for a mutex: likely it is held by a goroutine that is blocked itself, or an Unlock is missing on some path.",
    todo: "Find who holds the lock (a goroutine beyond the Lock call in the same code) and unlock with defer.",
  },
  {
    functions: /^sync\.(?:\(\*Cond\)\.Wait|runtime_notifyListWait)$/,
    what: "These goroutines wait on a sync.Cond that likely nobody signals any more.",
    todo: "Broadcast when the waited-for state can no longer come, and check for that in the loop around Wait.",
  },
  {
    functions: /^(?:internal\/poll\.(?:runtime_pollWait|\(\*pollDesc\)\.wait\w*|\(\*FD\)\.\w+)|runtime\.netpollblock)$/,
    what: "These goroutines wait for the network or a pipe: likely the other side is silent and there is no deadline.",
    todo: "Set a deadline (SetDeadline, a client timeout, a context) and close connections that are no longer used.",
  },
  {
    functions:
      /^(?:syscall|internal\/runtime\/syscall|runtime\/internal\/syscall)\.|^os\.\(\*Process\)\.|^runtime\.cgocall$/,
    what: "These goroutines are inside system or C calls that likely do not return.",
    todo: "Give the call a deadline, or close the file or kill the process that it waits for.",
  },
];

/** Words for goroutines whose stack is `callees` from the wait (leaf) up to and including the user's frame. */
export function goroutineWords(callees: readonly string[]): Words {
  for (const pattern of PATTERNS) {
    if (callees.some((name) => pattern.functions.test(name))) {
      return { explanation: pattern.what, advice: pattern.todo };
    }
  }
  return {
    explanation: "More and more goroutines are at this line; likely they start faster than they end, or never end.",
    advice: "Give each goroutine a way to end (a context, a closed channel) and limit how many are started.",
  };
}
