/** Timers run until they fire, tickers until Stop. */
import { functions, type Owner } from "../owner.js";

export const timeOwner: Owner = {
  library: "time",
  versions: "all; unreferenced timers are collected since Go 1.23",
  source: "https://pkg.go.dev/time#NewTicker",
  leaks: [
    {
      allocations: functions("time", "AfterFunc"),
      calls: functions("time", "AfterFunc"),
      look: "time.AfterFunc",
      what: "Functions of time.AfterFunc wait for their time, and keep what they refer to until then: likely they are started faster than they fire.",
      todo: "Stop each timer that is no longer needed (timer.Stop()), and Reset one instead of starting the next.",
    },
    {
      allocations: functions("time", "NewTicker", "NewTimer", "newTimer", "After", "Tick"),
      calls: functions("time", "NewTicker", "NewTimer", "After", "Tick"),
      look: "time.NewTicker or time.NewTimer",
      what: "The memory belongs to timers or tickers: likely they are started again and again and never stopped.",
      todo: "Stop each one when its user ends (defer ticker.Stop()), and do not call time.After or time.Tick in a loop.",
    },
  ],
};
