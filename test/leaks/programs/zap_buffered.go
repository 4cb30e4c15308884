package main

import (
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"os"
)

func init() { programs["zap-buffered"] = zapBufferedRequest }

func zapBufferedRequest(healthy bool) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	buffered := &zapcore.BufferedWriteSyncer{WS: null, Size: 4096}
	logger := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), buffered, zap.InfoLevel))
	logger.Info("request") // #leak
	if healthy {
		buffered.Stop()
		null.Close()
	}
}
