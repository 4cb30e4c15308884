/**
 * Where the example leaks: the lines that carry a comment `// #leak NAME`.
 */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

export interface Marker {
  readonly leak: string;
  /** Relative to the example's folder, with forward slashes. */
  readonly file: string;
  readonly line: number;
}

export async function leakMarkers(source: string): Promise<readonly Marker[]> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const markers: Marker[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".go")) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(source, path).replaceAll("\\", "/");
    for (const [i, text] of (await readFile(path, "utf8")).split("\n").entries()) {
      const leak = /\/\/ #leak (\w+)/.exec(text)?.[1];
      if (leak !== undefined) markers.push({ leak, file, line: i + 1 });
    }
  }
  return markers;
}
