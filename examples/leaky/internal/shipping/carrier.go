package shipping

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// StartCarrier starts the carrier's service in this process, on loopback, so that the example needs no other.
// It refuses to quote for orders that end in "r".
func StartCarrier() (*http.Server, string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/quote", quote)
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		// As services do, it hangs up on clients that stay silent.
		IdleTimeout: 2 * time.Second,
	}
	go func() { _ = server.Serve(listener) }()
	return server, "http://" + listener.Addr().String(), nil
}

func quote(w http.ResponseWriter, r *http.Request) {
	time.Sleep(30 * time.Millisecond)
	if strings.HasSuffix(r.URL.Query().Get("order"), "r") {
		http.Error(w, "no vehicle is free, try again later", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "4.90 EUR")
}
