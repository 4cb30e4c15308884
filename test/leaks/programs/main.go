// Programs that leak through the standard library and through real libraries, one a file: `programs NAME` answers
// requests that leak, `programs NAME healthy` the same requests done right. The line to be named is marked #leak.
package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"
)

// What a request does; healthy ones end what they begin.
var programs = map[string]func(healthy bool){}

var localServer string

func main() {
	if len(os.Args) < 2 || programs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "no such program; there are:")
		for name := range programs {
			fmt.Fprintln(os.Stderr, name)
		}
		os.Exit(2)
	}
	request := programs[os.Args[1]]
	healthy := len(os.Args) > 2
	localServer = serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 10_000)) }))
	serve(nil)
	go endWithParent()
	for {
		go request(healthy)
		time.Sleep(150 * time.Millisecond)
	}
}

// On a port that is free; nil serves pprof.
func serve(handler http.Handler) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, handler)
	return "http://" + listener.Addr().String()
}

// Standard input ends with whoever started this.
func endWithParent() {
	os.Stdin.Read(make([]byte, 1))
	os.Exit(0)
}
