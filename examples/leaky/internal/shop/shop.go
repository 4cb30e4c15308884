// Package shop is the HTTP side of the shop: it parses requests, asks the other packages, and answers.
package shop

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"example.com/leaky/internal/metrics"
	"example.com/leaky/internal/orders"
	"example.com/leaky/internal/reports"
	"example.com/leaky/internal/sessions"
	"example.com/leaky/internal/shipping"
)

// maxLines keeps an order from running for minutes.
const maxLines = 1000

type shop struct {
	prices   *orders.Pricer
	reports  *reports.Cache
	sessions *sessions.Store
	carrier  *shipping.Client
	counters *metrics.Counters
}

// New returns the handler of all routes.
func New(prices *orders.Pricer, cache *reports.Cache, store *sessions.Store, carrier *shipping.Client, counters *metrics.Counters) http.Handler {
	s := &shop{prices, cache, store, carrier, counters}
	mux := http.NewServeMux()
	mux.HandleFunc("/orders/", s.order)       // /orders/ID?lines=N
	mux.HandleFunc("/reports/", s.report)     // /reports/CUSTOMER?month=YYYY-MM
	mux.HandleFunc("/login/", s.login)        // /login/CUSTOMER
	mux.HandleFunc("/logout/", s.logout)      // /logout/CUSTOMER
	mux.HandleFunc("/shipping/", s.shipping)  // /shipping/ORDER
	mux.HandleFunc("/metrics/", s.allMetrics) // /metrics/
	return mux
}

func (s *shop) order(w http.ResponseWriter, r *http.Request) {
	lines, err := strconv.Atoi(r.URL.Query().Get("lines"))
	if err != nil || lines < 1 || lines > maxLines {
		http.Error(w, "lines must be a number from 1 to 1000", http.StatusBadRequest)
		return
	}
	cents, err := s.prices.Price(lines)
	if err != nil {
		fmt.Fprintf(w, "order %s: list price (%v)\n", lastPart(r), err)
		return
	}
	fmt.Fprintf(w, "order %s: %d.%02d EUR\n", lastPart(r), cents/100, cents%100)
}

func (s *shop) report(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/csv")
	_, _ = w.Write(s.reports.Get(lastPart(r), r.URL.Query().Get("month")))
}

func (s *shop) login(w http.ResponseWriter, r *http.Request) {
	s.sessions.Login(lastPart(r))
	fmt.Fprintln(w, "welcome")
}

func (s *shop) logout(w http.ResponseWriter, r *http.Request) {
	if !s.sessions.Logout(lastPart(r)) {
		http.Error(w, "not signed in", http.StatusNotFound)
		return
	}
	fmt.Fprintln(w, "good-bye")
}

func (s *shop) shipping(w http.ResponseWriter, r *http.Request) {
	price, err := s.carrier.Quote(lastPart(r))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprintln(w, price)
}

func (s *shop) allMetrics(w http.ResponseWriter, _ *http.Request) {
	_, _ = s.counters.WriteTo(w)
}

func lastPart(r *http.Request) string {
	return r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
}
