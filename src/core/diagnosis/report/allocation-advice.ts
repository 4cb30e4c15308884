/**
 * Why live memory grows at a place, and what to do, in words: one sentence each, and only what the stack shows.
 *
 * A heap profile tells who allocated what is still alive, not who holds it. The allocation's callees (a map, a buffer,
 * a timer, an HTTP connection) tell what kind of thing it is; where they tell nothing, the words say no more than that.
 */
import { formatValue, thousands } from "../../text/format.js";

export interface Words {
  readonly explanation: string;
  readonly advice: string;
}

interface Pattern {
  /** Matches function names between the allocation and the user's code, or that code's own callees. */
  readonly functions: RegExp;
  readonly what: string;
  readonly todo: string;
}

/** The first that matches any of the frames speaks; special before general. */
const PATTERNS: readonly Pattern[] = [
  {
    functions: /^sync\.\(\*Pool\)\.Get$/,
    what: "The memory was taken out of a sync.Pool: what lies in a pool does not survive collections, so it is still in use, or kept, or was never put back.",
    todo: "Put each object back when it is done with (defer pool.Put(x)), and keep no reference to it, nor to a part of it, afterwards.",
  },
  {
    functions: /^unique\.Make\b/,
    what: "The memory belongs to values that unique.Make made canonical: they stay for as long as a unique.Handle to them is kept.",
    todo: "Find where the handles are stored (a slice, a map, a struct that lives long), and remove those that are no longer needed there.",
  },
  {
    functions: /^(?:strings|bytes|internal\/stringslite)\.Clone$/,
    what: "The memory belongs to copies of strings or bytes: likely they are interned or used as keys, and never removed.",
    todo: "Limit the table that keeps them, or use unique.Make (Go 1.23), which lets go of values that nobody uses.",
  },
  {
    functions: /^net\/http\.(?:\(\*persistConn\)|\(\*Transport\)|\(\*body\)|readTransfer|ReadResponse)/,
    what: "The memory belongs to HTTP client connections: likely responses whose body is never closed, or a client that is made anew for each request.",
    todo: "Close every response body (defer resp.Body.Close() after the error check), read it to the end, and share one http.Client.",
  },
  {
    functions: /^time\.(?:NewTicker|NewTimer|newTimer|After|AfterFunc|Tick)\b/,
    what: "The memory belongs to timers or tickers: likely they are started again and again and never stopped.",
    todo: "Stop each one when its user ends (defer ticker.Stop()), and do not call time.After or time.Tick in a loop.",
  },
  {
    functions: /^context\.(?:With\w+|\(\*cancelCtx\)|withCancel|propagateCancel|newCancelCtx|AfterFunc)/,
    what: "The memory belongs to contexts: likely ones derived from a long-lived parent and never cancelled, so that the parent keeps them.",
    todo: "Call the cancel function of each context (defer cancel()), and do not wrap a context inside a loop.",
  },
  {
    functions: /^(?:internal\/runtime\/maps\.|runtime\.(?:map|makemap|hashGrow|growWork))/,
    what: "The memory belongs to a map: likely keys are added and never deleted, and a map does not give memory back before it is dropped.",
    todo: "Delete entries that are no longer needed or limit the map by size or age; drop and rebuild a map that shrank.",
  },
  {
    functions: /^sync\.(?:\(\*Map\)|\(\*HashTrieMap)|^internal\/sync\.\(\*HashTrieMap/,
    what: "The memory belongs to a sync.Map: likely keys are stored and never deleted.",
    todo: "Delete entries that are no longer needed, or limit them by size or age.",
  },
  {
    functions: /^container\/(?:list|heap|ring)\./,
    what: "The memory belongs to a container/list, heap or ring: likely elements are added faster than they are removed.",
    todo: "Remove elements when they are done with, or limit how many may wait.",
  },
  {
    functions: /^runtime\.growslice$|^slices\.(?:Grow|Insert|Concat)\b/,
    what: "The memory belongs to a slice that append grows: likely elements are added and never removed, or a small part of a large array is kept.",
    todo: "Limit the slice, or copy the part that is kept (slices.Clone) so that the large array can be freed.",
  },
  {
    functions: /^(?:bytes\.(?:growSlice|\(\*Buffer\))|strings\.\(\*Builder\)|bufio\.|io\.ReadAll|os\.ReadFile)/,
    what: "The memory belongs to buffers or what was read into them: likely whole inputs are kept after use.",
    todo: "Keep only what is needed of the input (copy it out), and reuse or drop the buffer.",
  },
  {
    functions: /^(?:encoding\/|reflect\.)/,
    what: "The memory belongs to decoded values: likely each decoded message is kept somewhere.",
    todo: "Look for the map, slice or cache that the decoded values go into, and limit it.",
  },
  {
    functions: /^database\/sql\./,
    what: "The memory belongs to database rows or statements: likely rows or statements that are never closed.",
    todo: "Close rows and statements (defer rows.Close()), and prepare a statement once.",
  },
  {
    functions: /^regexp(?:\/syntax)?\./,
    what: "The memory belongs to compiled regular expressions: likely expressions are compiled again and again, and kept.",
    todo: "Compile each expression once, in a package variable.",
  },
  {
    functions: /^runtime\.(?:malg|newproc|allgadd|stackalloc)/,
    what: "The memory belongs to goroutine descriptors, which the runtime never frees: more goroutines lived at the same time than ever before.",
    todo: "Look at the goroutine profile for goroutines that do not end, and limit how many run at once.",
  },
  {
    functions: /^runtime\.(?:makechan|chan)/,
    what: "The memory belongs to channels and what is buffered in them: likely values are sent faster than received.",
    todo: "Check that somebody receives until the channel is drained, and keep buffers small.",
  },
];

/** From here on it is worth asking whether all of an object is meant to be kept. */
const LARGE_OBJECT = 4096;
const PART_OF_LARGE =
  " If only a part of each is still used, that part keeps all of it: copy it out (slices.Clone, strings.Clone).";

/** Words for live memory allocated by `callees` (leaf first, from the allocation up to and including the blamed frame). */
export function allocationWords(callees: readonly string[], averageBytes: number, moreObjects: number): Words {
  const amount =
    moreObjects >= 1
      ? ` About ${count(moreObjects)} more objects of ${formatValue(Math.round(averageBytes), "bytes")} are alive.`
      : "";
  for (const pattern of PATTERNS) {
    if (callees.some((name) => pattern.functions.test(name))) {
      return { explanation: pattern.what + amount, advice: pattern.todo };
    }
  }
  return {
    explanation: `What is allocated here is likely kept by something that outlives it: a map, a slice, a cache, a goroutine.${amount}`,
    advice:
      "Follow the allocated value from this line to where it is stored, and remove it there when it is no longer needed." +
      (averageBytes >= LARGE_OBJECT ? PART_OF_LARGE : ""),
  };
}

function count(value: number): string {
  return thousands(Math.round(value));
}
