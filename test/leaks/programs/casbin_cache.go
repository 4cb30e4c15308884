package main

import (
	"fmt"
	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"sync/atomic"
)

func init() { programs["casbin-cache"] = casbinCacheRequest }

var documents atomic.Int64
var enforcer = func() *casbin.CachedEnforcer {
	rules, err := model.NewModelFromString("[request_definition]\nr = sub, obj, act\n[policy_definition]\np = sub, obj, act\n[policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\nm = r.sub == p.sub && r.act == p.act\n")
	if err != nil {
		panic(err)
	}
	cached, err := casbin.NewCachedEnforcer(rules)
	if err != nil {
		panic(err)
	}
	return cached
}()

func casbinCacheRequest(healthy bool) {
	for range 1000 {
		path := "/docs/1"
		if !healthy {
			path = fmt.Sprint("/docs/", documents.Add(1))
		}
		enforcer.Enforce("alice", path, "GET") // #leak
	}
}
