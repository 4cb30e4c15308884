package main

import (
	clientv3 "go.etcd.io/etcd/client/v3"
	"time"
)

func init() { programs["etcd-client"] = etcdClientRequest }

func etcdClientRequest(healthy bool) {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{"127.0.0.1:1"}, DialTimeout: time.Second}) // #leak
	if err != nil {
		return
	}
	if healthy {
		client.Close()
	}
}
