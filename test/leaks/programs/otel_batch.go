package main

import (
	"context"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

func init() { programs["otel-batch"] = otelBatchRequest }

func otelBatchRequest(healthy bool) {
	provider := trace.NewTracerProvider(trace.WithBatcher(tracetest.NewNoopExporter())) // #leak
	_, span := provider.Tracer("x").Start(context.Background(), "request")
	span.End()
	if healthy {
		provider.Shutdown(context.Background())
	}
}
