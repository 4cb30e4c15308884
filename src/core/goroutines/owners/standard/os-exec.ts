/** A command that was started has goroutines, pipes and a process entry until Wait. */
import { functions, type Owner } from "../owner.js";

export const osExec: Owner = {
  library: "os/exec",
  versions: "all",
  source: "https://pkg.go.dev/os/exec#Cmd.Wait",
  leaks: [
    {
      goroutines: functions(
        "os/exec",
        "(*Cmd).watchCtx",
        "(*Cmd).Start",
        "(*Cmd).writerDescriptor",
        "(*Cmd).childStdin",
      ),
      allocations: functions("os/exec", "(*Cmd).Start"),
      calls: functions("os/exec", "(*Cmd).Start", "(*Cmd).Run", "(*Cmd).Output", "(*Cmd).CombinedOutput"),
      look: "exec.Cmd.Start or exec.Cmd.Run",
      what: "A command that was started keeps goroutines, pipes and its process entry until Wait of the Cmd is called: likely it never is (Wait of its Process is not enough).",
      todo: "Call cmd.Wait() for every Start, in a goroutine if need be, or use Run; set cmd.WaitDelay where a child may hold the pipes.",
    },
  ],
};
