/** A Logger that has rotated has a goroutine that nothing ends, not even Close. */
import { either, functions, type Owner } from "../owner.js";

export const lumberjack: Owner = {
  library: "gopkg.in/natefinch/lumberjack.v2",
  versions: "all",
  source: "https://github.com/natefinch/lumberjack/issues/56",
  leaks: [
    {
      goroutines: either(
        functions("gopkg.in/natefinch/lumberjack.v2", "(*Logger).millRun"),
        functions("github.com/natefinch/lumberjack(?:/v\\d+)?", "(*Logger).millRun"),
      ),
      calls: either(
        functions("gopkg.in/natefinch/lumberjack.v2", "(*Logger).Write", "(*Logger).Rotate"),
        functions("github.com/natefinch/lumberjack(?:/v\\d+)?", "(*Logger).Write", "(*Logger).Rotate"),
      ),
      look: "lumberjack.Logger.Write or lumberjack.Logger.Rotate",
      what: "Each lumberjack.Logger that has rotated has a goroutine that nothing ends, not even Close: likely a Logger is made again and again.",
      todo: "Make one Logger for each file, when the program starts, and share it.",
    },
  ],
};
