/** A metric keeps one aggregate for each set of attributes. */
import { either, functions, type Owner } from "../owner.js";

export const otelMetric: Owner = {
  library: "go.opentelemetry.io/otel/sdk/metric",
  versions: "all; a limit of 2,000 sets since 1.36 of the specification is an option",
  source: "https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits",
  leaks: [
    {
      allocations: either(
        functions("go.opentelemetry.io/otel/sdk/metric/internal/aggregate", "~"),
        functions("go.opentelemetry.io/otel/attribute", "New~"),
      ),
      calls: either(
        functions("go.opentelemetry.io/otel/sdk/metric", "(*int64Inst).~", "(*float64Inst).~"),
        functions("go.opentelemetry.io/otel/metric", "~"),
      ),
      look: "Add or Record of an instrument",
      what: "Each new set of attributes is an aggregate that the metric keeps: likely an attribute has values without bound (ids, paths, agents).",
      todo: "Record attributes with few values only, or drop the others with a view (NewAllowKeysFilter).",
    },
  ],
};
