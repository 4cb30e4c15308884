// Command leaky is a small web shop back end with switchable memory and goroutine leaks.
//
//	go run . -leaks cache,goroutine   two of the leaks
//	go run . -leaks all               all of them (the default)
//	go run . -healthy                 the same work, done properly
//
// See README.md for what each leak looks like in profiles.
package main

import (
	"context"
	"errors"
	"expvar"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/leaky/internal/leaks"
	"example.com/leaky/internal/metrics"
	"example.com/leaky/internal/orders"
	"example.com/leaky/internal/reports"
	"example.com/leaky/internal/sessions"
	"example.com/leaky/internal/shipping"
	"example.com/leaky/internal/shop"
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "127.0.0.1:0", "address of the shop; port 0 picks a free one")
	debugAddr := flag.String("debug-addr", "127.0.0.1:0", "address of the pprof endpoints; loopback only")
	names := flag.String("leaks", "all", "comma-separated leaks to switch on: "+leaks.Names()+", all or none")
	healthy := flag.Bool("healthy", false, "switch every leak off, whatever -leaks says")
	untilStdinCloses := flag.Bool("until-stdin-closes", false, "exit when stdin closes, so as to end with the parent process")
	flag.Parse()

	if *healthy {
		*names = "none"
	}
	on, err := leaks.Parse(*names)
	if err != nil {
		log.Fatalf("leaky: %v", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *untilStdinCloses {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	if err := run(ctx, *addr, *debugAddr, on); err != nil {
		log.Fatalf("leaky: %v", err)
	}
}

// run serves until ctx is done or a server fails.
func run(ctx context.Context, addr, debugAddr string, on leaks.Set) error {
	carrier, carrierURL, err := shipping.StartCarrier()
	if err != nil {
		return fmt.Errorf("start the carrier: %w", err)
	}
	defer carrier.Close()

	counters := metrics.New(on.MapKeys)
	app := shop.New(
		orders.NewPricer(on.Goroutine),
		reports.NewCache(on.Cache),
		sessions.NewStore(on.Ticker),
		shipping.NewClient(carrierURL, on.Body),
		counters,
	)

	shopListener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	debugListener, err := listenLoopback(debugAddr)
	if err != nil {
		return err
	}
	servers := []*http.Server{
		{Handler: counters.Count(app), ReadHeaderTimeout: 5 * time.Second},
		{Handler: debugHandler(), ReadHeaderTimeout: 5 * time.Second},
	}
	failed := make(chan error, len(servers))
	for i, listener := range []net.Listener{shopListener, debugListener} {
		server, listener := servers[i], listener
		go func() { failed <- server.Serve(listener) }()
	}

	fmt.Printf("leaks: %s\n", on)
	fmt.Printf("listening on http://%s\n", shopListener.Addr())
	fmt.Printf("pprof on http://%s/debug/pprof/\n", debugListener.Addr())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	for _, server := range servers {
		if err := server.Close(); err != nil && !errors.Is(err, http.ErrServerClosed) {
			return err
		}
	}
	return nil
}

// listenLoopback refuses every address that other machines could reach: profiles tell too much.
func listenLoopback(addr string) (net.Listener, error) {
	resolved, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, err
	}
	if !resolved.IP.IsLoopback() {
		return nil, fmt.Errorf("-debug-addr %s is not a loopback address", addr)
	}
	return net.ListenTCP("tcp", resolved)
}

func debugHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	mux.Handle("/debug/vars", expvar.Handler())
	return mux
}
