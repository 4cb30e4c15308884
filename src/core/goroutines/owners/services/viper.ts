/** WatchConfig starts goroutines that nothing ends. */
import { functions, type Owner } from "../owner.js";

export const viper: Owner = {
  library: "github.com/spf13/viper",
  versions: "all",
  source: "https://pkg.go.dev/github.com/spf13/viper#WatchConfig",
  leaks: [
    {
      goroutines: functions("github.com/spf13/viper", "(*Viper).WatchConfig"),
      calls: functions("github.com/spf13/viper", "(*Viper).WatchConfig", "WatchConfig"),
      look: "viper.Viper.WatchConfig or viper.WatchConfig",
      what: "Each WatchConfig of viper starts goroutines and a file watcher that nothing ends: likely it is called again and again.",
      todo: "Call WatchConfig once for each configuration.",
    },
  ],
};
