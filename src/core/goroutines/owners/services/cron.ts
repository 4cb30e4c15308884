/** A Cron that was started runs until Stop. */
import { functions, type Owner } from "../owner.js";

export const cron: Owner = {
  library: "github.com/robfig/cron",
  versions: "all",
  source: "https://pkg.go.dev/github.com/robfig/cron/v3#Cron.Stop",
  leaks: [
    {
      goroutines: functions("github.com/robfig/cron(?:/v\\d+)?", "(*Cron).run", "(*Cron).Run"),
      calls: functions("github.com/robfig/cron(?:/v\\d+)?", "(*Cron).Start", "(*Cron).Run"),
      look: "cron.Cron.Start or cron.Cron.Run",
      what: "Each Cron that was started has a goroutine until it is stopped.",
      todo: "Share one Cron and add entries to it, or Stop each one.",
    },
  ],
};
