/** A Go program in a core file. */
import { CoreMemory, missingBytes, notesOf } from "./elf/core-file.js";
import { ElfFile, ElfProblem, ET_CORE, ET_DYN } from "./elf/elf-file.js";
import { type Executable, openExecutable } from "./elf/executable.js";
import { asProblem, auxiliaryEntry, type GoProgram, goProgram } from "./go-program.js";
import { ProcessProblem } from "./memory/process-problem.js";
import { errorText } from "../core/text/error-text.js";

/** Without `exe` the executable is the one that the core names. Throws a `ProcessProblem`. */
export function openCore(path: string, exe?: string): GoProgram {
  const core = openFile(path);
  let executable: Executable | undefined;
  try {
    const missing = missingBytes(core);
    const notes = notesOf(core);
    const program = exe ?? notes.files.at(0);
    if (program === undefined) {
      throw new ProcessProblem("it does not say which program it is of", "Give the program with --exe");
    }
    try {
      executable = openExecutable(program);
    } catch (error) {
      if (exe !== undefined || !(error instanceof ProcessProblem)) throw error;
      throw new ProcessProblem(
        `its program ${program} cannot be read: ${error.message}`,
        "Give the program with --exe",
      );
    }
    const opened = executable;
    const entry = (notes.auxiliary && auxiliaryEntry(notes.auxiliary)) ?? notes.entry;
    const loadedAt = opened.file.type === ET_DYN && entry !== undefined ? entry - opened.file.entry : 0;
    const memory = new CoreMemory([
      { file: core, loadedAt: 0 },
      { file: opened.file, loadedAt },
    ]);
    const opening = goProgram(opened, memory, entry, {
      name: `core:${path}`,
      whileStill: (read) => ({ result: read(notes.threads), pausedMs: 0 }),
      standStill: () => ({ threads: notes.threads, end: () => 0 }),
      close: () => {
        core.close();
        opened.close();
      },
    });
    return { ...opening, missingBytes: missing };
  } catch (error) {
    core.close();
    executable?.close();
    throw asProblem(error);
  }
}

function openFile(path: string): ElfFile {
  let file: ElfFile;
  try {
    file = new ElfFile(path);
  } catch (error) {
    const message = errorText(error);
    const what = error instanceof ElfProblem ? message.replace(/^it is /, "") : message;
    throw new ProcessProblem(`it is no core file: ${what}`, "Give one of a Go program for Linux of 64 bits");
  }
  if (file.type === ET_CORE) return file;
  file.close();
  throw new ProcessProblem("it is no core file", "Give a core of a Go program, or run the program itself");
}
