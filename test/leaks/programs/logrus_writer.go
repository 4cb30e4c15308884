package main

import (
	"github.com/sirupsen/logrus"
	"io"
	"log"
)

func init() { programs["logrus-writer"] = logrusWriterRequest }

var quietLogrus = &logrus.Logger{Out: io.Discard, Formatter: new(logrus.TextFormatter), Hooks: make(logrus.LevelHooks), Level: logrus.InfoLevel}

func logrusWriterRequest(healthy bool) {
	writer := quietLogrus.WithField("request", 1).Writer() // #leak
	log.New(writer, "", 0).Print("hello")
	if healthy {
		writer.Close()
	}
}
