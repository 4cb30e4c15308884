/** A process of this machine as commands read it where Delve is not needed. */
import { StoppedProcess } from "../../delve/target/stopped-process.js";
import { openProcess } from "../../process/go-program.js";
import { ProcessProblem } from "../../process/memory/process-problem.js";

/** A process that can be read without Delve; else why it cannot. */
export function stoppedProcess(pid: number, maxPauseMs: number): StoppedProcess | ProcessProblem {
  try {
    return new StoppedProcess(openProcess(pid), pid, maxPauseMs);
  } catch (error) {
    if (error instanceof ProcessProblem) return error;
    throw error;
  }
}
