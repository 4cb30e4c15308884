/** Writer gives the end of a pipe whose other end a goroutine reads until it is closed. */
import { functions, type Owner } from "../owner.js";

export const logrus: Owner = {
  library: "github.com/sirupsen/logrus",
  versions: "all",
  source: "https://github.com/sirupsen/logrus/issues/1463",
  leaks: [
    {
      goroutines: functions("github.com/sirupsen/logrus", "(*Entry).writerScanner"),
      allocations: functions("github.com/sirupsen/logrus", "(*Entry).WriterLevel", "(*Entry).writerScanner"),
      calls: functions(
        "github.com/sirupsen/logrus",
        "(*Entry).Writer",
        "(*Entry).WriterLevel",
        "(*Logger).Writer",
        "(*Logger).WriterLevel",
      ),
      look: "logrus.Entry.Writer or logrus.Entry.WriterLevel",
      what: "Each Writer of a logrus entry or logger has a pipe and a goroutine until it is closed: likely it never is (a finalizer cannot run while the goroutine holds the pipe).",
      todo: "Make one writer and share it, or close each one (w := entry.Writer(); defer w.Close()).",
    },
  ],
};
