/** A parent keeps its children until they are cancelled; of a parent of a type of its own, a goroutine waits for each child. */
import { either, functions, type Owner } from "../owner.js";

export const contextOwner: Owner = {
  library: "context",
  versions: "all; AfterFunc since Go 1.21",
  source: "https://pkg.go.dev/context#AfterFunc",
  leaks: [
    {
      goroutines: functions("context", "(*afterFuncCtx).~", "AfterFunc"),
      allocations: functions("context", "AfterFunc"),
      calls: functions("context", "AfterFunc"),
      look: "context.AfterFunc",
      what: "context.AfterFunc registers its function with the parent, which keeps it until the parent ends or stop is called: likely the parent lives on and stop is never called.",
      todo: "Call the function that context.AfterFunc returns when the work is done (defer stop()).",
    },
    {
      goroutines: functions("context", "(*cancelCtx).propagateCancel"),
      calls: either(
        functions(
          "context",
          "WithCancel",
          "WithCancelCause",
          "WithTimeout",
          "WithTimeoutCause",
          "WithDeadline",
          "WithDeadlineCause",
        ),
        functions("context", "AfterFunc"),
      ),
      look: "context.WithCancel or context.WithCancelCause",
      what: "For a child of a context of a custom type a goroutine waits until one of the two ends: likely the child is never cancelled.",
      todo: "Call the cancel function of each context (defer cancel()); a custom context may also have the method AfterFunc, which needs no goroutine.",
    },
    {
      allocations: functions(
        "context",
        "(*cancelCtx).~",
        "withCancel",
        "propagateCancel",
        "newCancelCtx",
        "WithValue",
        "WithCancel",
        "WithCancelCause",
        "WithTimeout",
        "WithTimeoutCause",
        "WithDeadline",
        "WithDeadlineCause",
      ),
      calls: functions(
        "context",
        "WithValue",
        "WithCancel",
        "WithCancelCause",
        "WithTimeout",
        "WithTimeoutCause",
        "WithDeadline",
        "WithDeadlineCause",
      ),
      look: "context.WithValue or context.WithCancel",
      what: "The memory belongs to contexts: likely ones derived from a long-lived parent and never cancelled, so that the parent keeps them.",
      todo: "Call the cancel function of each context (defer cancel()), and do not wrap a context inside a loop.",
    },
  ],
};
