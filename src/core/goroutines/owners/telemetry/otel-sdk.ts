/** Providers, processors and readers have goroutines until Shutdown; a metric keeps one aggregate for each set of attributes. */
import { either, functions, type Owner } from "../owner.js";

export const otelSdk: Owner = {
  library: "go.opentelemetry.io/otel/sdk",
  versions: "1",
  source: "https://pkg.go.dev/go.opentelemetry.io/otel/sdk/trace#TracerProvider.Shutdown",
  leaks: [
    {
      goroutines: either(
        functions("go.opentelemetry.io/otel/sdk/trace", "(*batchSpanProcessor).~", "NewBatchSpanProcessor"),
        functions("go.opentelemetry.io/otel/sdk/metric", "(*PeriodicReader).~", "NewPeriodicReader"),
        functions("go.opentelemetry.io/otel/sdk/log", "(*BatchProcessor).~", "newQueue~", "poll~"),
      ),
      calls: either(
        functions("go.opentelemetry.io/otel/sdk/trace", "NewTracerProvider", "NewBatchSpanProcessor", "WithBatcher"),
        functions("go.opentelemetry.io/otel/sdk/metric", "NewPeriodicReader"),
        functions("go.opentelemetry.io/otel/sdk/log", "NewBatchProcessor"),
      ),
      look: "trace.NewTracerProvider or trace.NewBatchSpanProcessor",
      what: "Each span processor or metric reader of OpenTelemetry has a goroutine and a queue until Shutdown.",
      todo: "Make one provider when the program starts, and Shutdown what is made for a while only.",
    },
  ],
};
