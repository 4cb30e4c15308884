package main

import (
	"github.com/gorilla/websocket"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

func init() { programs["websocket"] = websocketRequest }

var startSockets sync.Once
var socketServer *httptest.Server

func websocketRequest(healthy bool) {
	startSockets.Do(func() {
		upgrader := websocket.Upgrader{}
		socketServer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, err := upgrader.Upgrade(w, r, nil)
			if err != nil {
				return
			}
			defer conn.Close()
			conn.ReadMessage()
		}))
	})
	conn, _, err := websocket.DefaultDialer.Dial(strings.Replace(socketServer.URL, "http", "ws", 1), nil)
	if err != nil {
		return
	}
	go conn.ReadMessage() // #leak
	if healthy {
		conn.Close()
	}
}
