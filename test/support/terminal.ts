/** A terminal for tests: what a command wrote, and the world it saw. */
import type { Terminal } from "../../src/cli/terminal.js";

export interface TestTerminal extends Terminal {
  readonly written: { out: string; err: string };
}

export function testTerminal(
  world: { cwd?: string; stdin?: Uint8Array; env?: Record<string, string>; signal?: AbortSignal } = {},
): TestTerminal {
  const written = { out: "", err: "" };
  return {
    written,
    out: (text) => void (written.out += text),
    document: (text) => void (written.out += text),
    redraw: (lines, text) => void (written.out += `<${lines} lines up>${text}`),
    err: (text) => void (written.err += `${text}\n`),
    interactive: false,
    columns: undefined,
    color: false,
    readStdin: () => Promise.resolve(world.stdin ?? new Uint8Array()),
    signal: world.signal ?? new AbortController().signal,
    env: world.env ?? {},
    cwd: world.cwd ?? process.cwd(),
  };
}
