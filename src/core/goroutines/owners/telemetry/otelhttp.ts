/** Metrics of each request, with attributes that a client chooses (CVE-2023-45142). */
import { functions, type Owner } from "../owner.js";

export const otelhttp: Owner = {
  library: "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp",
  versions: "before 0.44",
  source: "https://github.com/open-telemetry/opentelemetry-go-contrib/issues/4277",
  leaks: [
    {
      allocations: functions(
        "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp",
        "(*Handler).~",
        "(*middleware).~",
      ),
      calls: functions(
        "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp",
        "(*Handler).~",
        "(*middleware).~",
        "NewHandler",
        "NewMiddleware",
      ),
      look: "otelhttp.NewHandler or otelhttp.NewMiddleware",
      what: "Each new set of attributes (a User-Agent, a method) is a series that the metric keeps for ever: versions of otelhttp before 0.44 take them from the request (CVE-2023-45142).",
      todo: "Update otelhttp to 0.44 or later, or drop attributes without bound (a view with an attribute filter, WithFilter).",
    },
  ],
};
