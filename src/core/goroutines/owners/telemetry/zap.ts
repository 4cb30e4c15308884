/** A BufferedWriteSyncer flushes in a goroutine until Stop. */
import { either, functions, type Owner } from "../owner.js";

export const zap: Owner = {
  library: "go.uber.org/zap",
  versions: "all",
  source: "https://pkg.go.dev/go.uber.org/zap/zapcore#BufferedWriteSyncer.Stop",
  leaks: [
    {
      goroutines: functions("go.uber.org/zap/zapcore", "(*BufferedWriteSyncer).~"),
      allocations: functions("go.uber.org/zap/zapcore", "(*BufferedWriteSyncer).initialize"),
      calls: functions("go.uber.org/zap", "(*Logger).~", "(*SugaredLogger).~", "New", "Config.Build", "(Config).Build"),
      look: "zap.New or zap.Config.Build",
      what: "Each BufferedWriteSyncer of zap has a buffer and a goroutine until it is stopped: likely a logger is made again and again.",
      todo: "Make one logger when the program starts, or Stop each BufferedWriteSyncer.",
    },
    {
      allocations: either(
        functions("go.uber.org/zap", "New", "Config.Build", "(Config).Build", "Config.buildOptions"),
        functions("go.uber.org/zap/zapcore", "NewSamplerWithOptions", "newCounters"),
      ),
      calls: either(
        functions("go.uber.org/zap", "New", "NewProduction", "NewDevelopment", "Config.Build", "(Config).Build"),
        functions("go.uber.org/zap/zapcore", "NewSamplerWithOptions", "NewSampler"),
      ),
      look: "zap.New or zap.NewProduction",
      what: "The memory belongs to zap loggers or cores: likely a logger is made for each request (New, Build, sampling), and kept.",
      todo: "Make one logger, and derive children with With for as long as a request lasts.",
    },
  ],
};
