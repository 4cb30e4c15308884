/** Two processes that do nothing but compute: the machine that a diagnosis shares with others. */
import { startProcess } from "../../src/process/start-process.js";

const LOOPS = 2;

/** What `run` makes of it while the loops run; they end with it. */
export async function besideBusyLoops<T>(run: () => Promise<T>): Promise<T> {
  const loops = Array.from({ length: LOOPS }, () =>
    startProcess(process.execPath, ["-e", "for (;;) {}"], { stdio: "ignore" }),
  );
  try {
    return await run();
  } finally {
    await Promise.all(loops.map((loop) => loop.stop()));
  }
}
