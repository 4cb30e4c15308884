/**
 * A Go program as its file describes it: which Go built it, where its variables are, its debug information, its layouts.
 */
import { DieReader } from "../dwarf/die-reader.js";
import { ProcessProblem } from "../memory/process-problem.js";
import { type Layout, layoutOfDwarf, layoutOfVersion } from "../runtime/layout.js";
import { goVersionOf } from "../runtime/version.js";
import { AARCH64, ElfFile, ElfProblem, X86_64 } from "./elf-file.js";
import { ElfSymbols } from "./elf-symbols.js";

export interface Executable {
  readonly file: ElfFile;
  readonly version: string;
  readonly symbols: ElfSymbols;
  readonly layout: Layout;
  /** Read when it is first asked for. */
  readonly dwarf: () => DieReader;
  readonly usesLinkRegister: boolean;
  close(): void;
}

/** Throws a `ProcessProblem` that says what is the matter with it. */
export function openExecutable(path: string): Executable {
  const file = open(path);
  try {
    if (file.machine !== X86_64 && file.machine !== AARCH64) {
      throw new ProcessProblem("its processor is neither amd64 nor arm64", "Use a debugger of that machine");
    }
    const version = goVersionOf(file);
    if (version === undefined) throw new ProcessProblem("it is no Go program", "Name a process of a Go program");
    let dwarf: DieReader | undefined;
    const debugInformation = () => (dwarf ??= new DieReader(file));
    const layout = layoutOfVersion(version) ?? layoutOfDwarf(debugInformation());
    if (layout === undefined) {
      const why = `it was built with ${version}, whose runtime is not known here, and has no debug information`;
      throw new ProcessProblem(why, "Build it without -ldflags=-w, or update godiag");
    }
    return {
      file,
      version,
      symbols: new ElfSymbols(file),
      layout,
      dwarf: debugInformation,
      usesLinkRegister: file.machine === AARCH64,
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function open(path: string): ElfFile {
  try {
    return new ElfFile(path);
  } catch (error) {
    if (error instanceof ElfProblem) throw new ProcessProblem(error.message, "Name a Go program of 64 bits for Linux");
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new ProcessProblem("there is no such process or file", "Check its number or path");
    if (code === "EACCES" || code === "EPERM") {
      throw new ProcessProblem("it belongs to another user", "Run godiag as that user");
    }
    throw new ProcessProblem(message, "Check its number or path");
  }
}
