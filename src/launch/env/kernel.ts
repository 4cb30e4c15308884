/** Whether the kernel lets a debugger join processes. */
import { type EnvFacts, type EnvFinding, error, information } from "./facts.js";

export function* kernelFindings({ ptraceScope, isRoot }: EnvFacts): Generator<EnvFinding> {
  if (ptraceScope === undefined || ptraceScope === 0) return;
  if (ptraceScope >= 3) {
    yield error(
      "ptrace-scope",
      "kernel.yama.ptrace_scope is 3: this kernel forbids all debugging until it is restarted.",
    );
  } else if (isRoot) {
    return;
  } else if (ptraceScope === 2) {
    yield error(
      "ptrace-scope",
      "kernel.yama.ptrace_scope is 2: only root may debug. Run: sudo sysctl kernel.yama.ptrace_scope=1",
    );
  } else {
    yield information(
      "ptrace-scope",
      "kernel.yama.ptrace_scope is 1: launching works, attaching to a running process does not. To allow it: sudo sysctl kernel.yama.ptrace_scope=0",
    );
  }
}
