/** A Watcher reads events in a goroutine until Close. */
import { functions, type Owner } from "../owner.js";

export const fsnotify: Owner = {
  library: "github.com/fsnotify/fsnotify",
  versions: "all",
  source: "https://pkg.go.dev/github.com/fsnotify/fsnotify#Watcher.Close",
  leaks: [
    {
      goroutines: functions(
        "github.com/fsnotify/fsnotify",
        "(*inotify).readEvents",
        "(*Watcher).readEvents",
        "(*kqueue).readEvents",
        "(*readDirChangesW).readEvents",
      ),
      calls: functions("github.com/fsnotify/fsnotify", "NewWatcher", "NewBufferedWatcher"),
      look: "fsnotify.NewWatcher or fsnotify.NewBufferedWatcher",
      what: "Each fsnotify.Watcher has a goroutine and a file descriptor until it is closed.",
      todo: "Share one Watcher, or Close each one (defer watcher.Close()).",
    },
  ],
};
