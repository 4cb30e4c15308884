/** The viewer's script, worker and style, as they lie beside this bundle, to be put into a page. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PageAssets } from "../../core/views/page.js";
import { Failure } from "../failure.js";
import { errorText } from "../../core/text/error-text.js";

/** Throws Failure when the bundles are not there. */
export async function viewerAssets(folder = __dirname): Promise<PageAssets> {
  const text = async (name: string): Promise<string> => {
    try {
      return await readFile(join(folder, name), "utf8");
    } catch (error) {
      const why = errorText(error);
      throw new Failure("no-viewer", "cannot make an HTML page", why, "Build godiag again: npm run build");
    }
  };
  const [script, worker, style] = await Promise.all(["viewer.js", "viewer-worker.js", "viewer.css"].map(text));
  return { script, worker, style };
}
