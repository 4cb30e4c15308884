package main

import (
	"context"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"net"
	"sync"
)

func init() { programs["grpc-client"] = grpcClientRequest }

var startGrpc sync.Once
var grpcAddress string

func grpcClientRequest(healthy bool) {
	startGrpc.Do(func() {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		server := grpc.NewServer()
		healthpb.RegisterHealthServer(server, health.NewServer())
		go server.Serve(listener)
		grpcAddress = listener.Addr().String()
	})
	conn, err := grpc.NewClient(grpcAddress, grpc.WithTransportCredentials(insecure.NewCredentials())) // #leak
	if err != nil {
		return
	}
	healthpb.NewHealthClient(conn).Check(context.Background(), &healthpb.HealthCheckRequest{})
	if healthy {
		conn.Close()
	}
}
