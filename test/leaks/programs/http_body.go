package main

import (
	"io"
	"net/http"
)

func init() { programs["http-body"] = httpBodyRequest }

func httpBodyRequest(healthy bool) {
	resp, err := http.Get(localServer) // #leak
	if err != nil {
		return
	}
	if healthy {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}
