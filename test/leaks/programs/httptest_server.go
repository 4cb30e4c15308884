package main

import (
	"net/http"
	"net/http/httptest"
)

func init() { programs["httptest-server"] = httptestServerRequest }

func httptestServerRequest(healthy bool) {
	server := httptest.NewServer(http.NotFoundHandler()) // #leak
	if healthy {
		server.Close()
	}
}
