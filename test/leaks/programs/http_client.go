package main

import (
	"io"
	"net/http"
)

func init() { programs["http-client"] = httpClientRequest }

func httpClientRequest(healthy bool) {
	client := &http.Client{Transport: &http.Transport{}}
	resp, err := client.Get(localServer) // #leak
	if err != nil {
		return
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if healthy {
		client.CloseIdleConnections()
	}
}
