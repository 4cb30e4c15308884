/**
 * The table of owners: one case for each library, a stack as it is in profiles, leaf first, and the call to look for.
 * `main.` is the program's own code.
 */
import { expect, test } from "vitest";
import { parseDump } from "../../../src/core/goroutines/goroutine-dump.js";
import type { Goroutines } from "../../../src/core/goroutines/goroutine.js";
import { findLeaks } from "../../../src/core/goroutines/leak.js";
import { callingFrame, ownerOfAllocation, ownerOfGoroutine } from "../../../src/core/goroutines/owners/find-owner.js";
import { functions, plainName } from "../../../src/core/goroutines/owners/owner.js";
import { OWNERS } from "../../../src/core/goroutines/owners/table.js";

const framesOf = (stack: string) =>
  stack.split(" < ").map((name, i) => ({
    function: name,
    file: name.startsWith("main.") ? "/src/app/main.go" : "/mod/library@v1.2.3/file.go",
    line: i + 1,
  }));

const GOROUTINES: readonly (readonly [stack: string, look: string])[] = [
  ["runtime.gopark < net/http.(*persistConn).readLoop < runtime.goexit", "http.Client.Do or http.Get"],
  [
    "net/http.(*Server).Serve < net/http/httptest.(*Server).goServe.func1",
    "httptest.NewServer or httptest.NewTLSServer",
  ],
  ["google.golang.org/grpc/internal/transport.(*http2Client).reader", "grpc.NewClient or grpc.Dial"],
  ["google.golang.org/grpc/internal/transport.newHTTP2Client.func6", "grpc.NewClient or grpc.Dial"],
  ["google.golang.org/grpc.newClientStreamWithParams.func4", "grpc.ClientConn.NewStream or grpc.ClientConn.Invoke"],
  ["google.golang.org/grpc/internal/transport.(*http2Server).keepalive", "grpc.Server.Serve"],
  ["database/sql.(*DB).connectionOpener", "sql.Open or sql.OpenDB"],
  ["database/sql.(*Rows).awaitDone", "sql.DB.Query or sql.DB.QueryContext"],
  ["database/sql.(*Tx).awaitDone", "sql.DB.Begin or sql.DB.BeginTx"],
  ["github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck", "pgxpool.New or pgxpool.NewWithConfig"],
  ["github.com/jackc/pgx/v5/pgconn/ctxwatch.(*ContextWatcher).Watch.func1", "pgxpool.Pool.Query or pgx.Conn.Query"],
  ["github.com/lib/pq.(*conn).watchCancel.func1", "sql.DB.Query or sql.DB.QueryContext"],
  ["github.com/lib/pq.(*ListenerConn).listenerConnLoop", "pq.NewListener or pq.NewDialListener"],
  ["github.com/go-sql-driver/mysql.(*mysqlConn).startWatcher.func1", "sql.DB.Query or sql.DB.QueryContext"],
  ["os/exec.(*Cmd).watchCtx.func1", "exec.Cmd.Start or exec.Cmd.Run"],
  ["os/exec.(*Cmd).Start.func2", "exec.Cmd.Start or exec.Cmd.Run"],
  ["context.(*cancelCtx).propagateCancel.func2", "context.WithCancel or context.WithCancelCause"],
  ["github.com/fsnotify/fsnotify.(*inotify).readEvents", "fsnotify.NewWatcher or fsnotify.NewBufferedWatcher"],
  ["github.com/go-redis/redis/v8/internal/pool.(*ConnPool).reaper", "redis.NewClient or redis.NewClusterClient"],
  ["github.com/redis/go-redis/v9.(*channel).initMsgChan.func1", "redis.Client.Subscribe or redis.Client.PSubscribe"],
  ["github.com/nats-io/nats%2ego.(*Conn).readLoop", "nats.Connect or nats.Options.Connect"],
  ["github.com/nats-io/nats%2ego.(*Conn).waitForMsgs", "nats.Conn.Subscribe or nats.Conn.QueueSubscribe"],
  ["github.com/segmentio/kafka-go.(*partitionWriter).writeBatches", "kafka.NewWriter or kafka.Writer.WriteMessages"],
  ["github.com/segmentio/kafka-go.(*reader).run", "kafka.NewReader or kafka.NewConsumerGroup"],
  [
    "github.com/IBM/sarama.(*Broker).responseReceiver < github.com/IBM/sarama.withRecover",
    "sarama.NewClient or sarama.NewSyncProducer",
  ],
  ["github.com/confluentinc/confluent-kafka-go/v2/kafka.poller", "kafka.NewProducer or kafka.NewConsumer"],
  ["go.etcd.io/etcd/client/v3.(*watchGrpcStream).run", "clientv3.Client.Watch"],
  ["go.etcd.io/etcd/client/v3.(*lessor).recvKeepAliveLoop", "clientv3.Client.KeepAlive"],
  ["github.com/sirupsen/logrus.(*Entry).writerScanner", "logrus.Entry.Writer or logrus.Entry.WriterLevel"],
  ["gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun", "lumberjack.Logger.Write or lumberjack.Logger.Rotate"],
  [
    "go.opentelemetry.io/otel/sdk/trace.(*batchSpanProcessor).processQueue",
    "trace.NewTracerProvider or trace.NewBatchSpanProcessor",
  ],
  ["github.com/getsentry/sentry-go.(*HTTPTransport).worker", "sentry.Init or sentry.NewClient"],
  ["github.com/robfig/cron/v3.(*Cron).run", "cron.Cron.Start or cron.Cron.Run"],
  ["github.com/hashicorp/golang-lru/v2/expirable.NewLRU[...].func1", "expirable.NewLRU"],
  ["github.com/allegro/bigcache/v3.newBigCache.func1", "bigcache.New or bigcache.NewBigCache"],
  ["github.com/dgraph-io/ristretto.(*Cache).processItems", "ristretto.NewCache"],
  [
    "github.com/casbin/casbin/v2.(*SyncedEnforcer).StartAutoLoadPolicy.func1",
    "casbin.SyncedEnforcer.StartAutoLoadPolicy",
  ],
  [
    "github.com/ThreeDotsLabs/watermill/pubsub/gochannel.(*GoChannel).sendMessage.func1",
    "gochannel.GoChannel.Publish or gochannel.GoChannel.Subscribe",
  ],
  ["github.com/quic-go/quic-go.(*sendQueue).Run", "quic.Dial or quic.DialAddr"],
  ["github.com/dgraph-io/badger/v4.(*DB).doWrites", "badger.Open or badger.OpenManaged"],
  ["go.uber.org/zap/zapcore.(*BufferedWriteSyncer).flushLoop", "zap.New or zap.Config.Build"],
  ["go.mongodb.org/mongo-driver/x/mongo/driver/topology.(*Server).update", "mongo.Connect or mongo.NewClient"],
  ["github.com/patrickmn/go-cache.(*janitor).Run", "cache.New or cache.NewFrom"],
  ["github.com/jellydator/ttlcache/v3.(*Cache[...]).Start", "ttlcache.New or ttlcache.NewCache"],
  ["github.com/rabbitmq/amqp091-go.(*Connection).reader", "amqp.Dial or amqp.DialConfig"],
  ["github.com/olivere/elastic/v7.(*Client).healthchecker", "elastic.NewClient or elastic.Dial"],
  ["k8s.io/apimachinery/pkg/watch.(*StreamWatcher).receive", "rest.Request.Watch"],
  ["github.com/spf13/viper.(*Viper).WatchConfig.func1", "viper.Viper.WatchConfig or viper.WatchConfig"],
  ["github.com/gocql/gocql.(*controlConn).heartBeat", "gocql.ClusterConfig.CreateSession or gocql.NewSession"],
  ["github.com/eclipse/paho.mqtt.golang.keepalive", "mqtt.NewClient or mqtt.Client.Connect"],
];

test.each(GOROUTINES)("goroutine %s", (stack, look) => {
  expect(ownerOfGoroutine(framesOf(stack))?.look).toBe(look);
});

const ALLOCATIONS: readonly (readonly [stack: string, look: string])[] = [
  ["net/http.(*Transport).dialConn < net/http.(*Transport).dialConnFor", "http.Client.Do or http.Get"],
  [
    "go.opentelemetry.io/otel/sdk/metric/internal/aggregate.(*sum).measure < go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp.(*Handler).ServeHTTP",
    "otelhttp.NewHandler or otelhttp.NewMiddleware",
  ],
  [
    "go.opentelemetry.io/otel/sdk/metric/internal/aggregate.(*sum).measure < go.opentelemetry.io/otel/sdk/metric.(*int64Inst).Add < main.count",
    "Add or Record of an instrument",
  ],
  [
    "github.com/prometheus/client_golang/prometheus.(*metricMap).getOrCreateMetricWithLabelValues < main.count",
    "prometheus.CounterVec.With or prometheus.CounterVec.WithLabelValues",
  ],
  ["github.com/golang/groupcache/lru.(*Cache).Add < main.(*thumbs).get", "lru.Cache.Add"],
  [
    "github.com/casbin/casbin/v2/persist/cache.(*DefaultCache).Set < github.com/casbin/casbin/v2.(*CachedEnforcer).Enforce < main.authorize",
    "casbin.CachedEnforcer.Enforce or casbin.SyncedCachedEnforcer.Enforce",
  ],
  ["github.com/ThreeDotsLabs/watermill/message.NewMessage < main.publish", "gochannel.GoChannel.Publish"],
  ["golang.org/x/time/rate.NewLimiter < main.get", "rate.NewLimiter"],
  [
    "github.com/gorilla/websocket.newConn < github.com/gorilla/websocket.(*Upgrader).Upgrade < main.serve",
    "websocket.Upgrader.Upgrade or websocket.Dialer.Dial",
  ],
  [
    "go.etcd.io/bbolt.(*Tx).init < go.etcd.io/bbolt.(*DB).beginTx < go.etcd.io/bbolt.(*DB).Begin < main.read",
    "bbolt.DB.Begin",
  ],
  ["github.com/aws/aws-sdk-go-v2/config.LoadDefaultConfig < main.upload", "config.LoadDefaultConfig"],
  ["github.com/rcrowley/go-metrics.NewMeter < main.count", "metrics.NewMeter or metrics.NewTimer"],
  ["context.(*cancelCtx).propagateCancel < context.AfterFunc < main.watch", "context.AfterFunc"],
  [
    "context.(*cancelCtx).propagateCancel < context.withCancel < context.WithCancel < main.handle",
    "context.WithValue or context.WithCancel",
  ],
  ["time.newTimer < time.NewTicker < main.poll", "time.NewTicker or time.NewTimer"],
  ["time.AfterFunc < main.later", "time.AfterFunc"],
  ["net.newFD < net.(*sysDialer).doDialTCP < net.(*Dialer).DialContext < main.send", "net.Dial or net.DialTimeout"],
];

test.each(ALLOCATIONS)("allocation %s", (stack, look) => {
  expect(ownerOfAllocation(framesOf(stack))?.look).toBe(look);
});

test("every owner has a case, and names where the fact is from", () => {
  const seen = new Set([
    ...GOROUTINES.map(([stack]) => ownerOfGoroutine(framesOf(stack))),
    ...ALLOCATIONS.map(([stack]) => ownerOfAllocation(framesOf(stack))),
  ]);
  expect(OWNERS.filter(({ leaks }) => !leaks.some((leak) => seen.has(leak))).map(({ library }) => library)).toEqual([]);
  expect(OWNERS.length).toBeGreaterThanOrEqual(30);
  for (const { source, versions } of OWNERS)
    expect([source, versions]).toEqual([expect.stringMatching(/^https:/), expect.stringMatching(/\S/)]);
});

test("a goroutine of the program's own is its own, whatever it waits in", () => {
  expect(ownerOfGoroutine(framesOf("net/http.(*Server).Serve < main.serve"))).toBeUndefined();
});

test("what the program's own code allocates is not its server's", () => {
  const stack =
    "main.remember < google.golang.org/grpc.(*Server).processUnaryRPC < google.golang.org/grpc/internal/transport.(*http2Client).reader";
  expect(ownerOfAllocation(framesOf(stack))).toBeUndefined();
});

test("the line that called is the first of the program's above the outermost call", () => {
  const grpc = ownerOfGoroutine(framesOf("google.golang.org/grpc/internal/transport.(*http2Client).reader"))!;
  const line = (stack: string, isCertain = false) => callingFrame(framesOf(stack), grpc, isCertain)?.function;
  expect(
    line(
      "google.golang.org/grpc.newCC < google.golang.org/grpc.NewClient < example.com/dial.To < main.check < main.main",
    ),
  ).toBe("main.check");
  expect(line("example.com/dial.To < main.check")).toBeUndefined();
  expect(line("example.com/dial.To < main.check", true)).toBe("main.check");
});

test.each([
  [
    "functions and their closures",
    "NewLRU",
    ["a.b/c.NewLRU", "a.b/c.NewLRU.func1", "a.b/c.NewLRU.func1.2", "a.b/c.NewLRU-fm"],
    ["a.b/c.NewLRUs", "axb/c.NewLRU", "z/a.b/c.NewLRU"],
  ],
  ["methods", "(*C).run", ["a.b/c.(*C).run", "a.b/c.(*C).run.gowrap1"], ["a.b/c.(*C).runs", "a.b/c.C.run"]],
  ["beginnings", "Dial~", ["a.b/c.Dial", "a.b/c.DialContext.func2"], ["a.b/c.dial"]],
])("patterns match %s", (_, name, matched, others) => {
  const pattern = functions("a.b/c", name);
  expect(matched.filter((one) => !pattern.test(one))).toEqual([]);
  expect(others.filter((one) => pattern.test(one))).toEqual([]);
});

/** `count` gRPC connections, with or without the runtime's record of who made them. */
function connections(count: number, isRecorded: boolean): Goroutines {
  const grpc = "google.golang.org/grpc";
  const file = "/mod/google.golang.org/grpc@v1.67.1/internal/transport/http2_client.go";
  const one = (i: number, work: string, line: number) =>
    `goroutine ${i} [select]:\n${grpc}/internal/transport.(*http2Client).${work}(0xc1)\n\t${file}:${line} +0x1d\n` +
    `created by ${grpc}/internal/transport.newHTTP2Client in goroutine ${i - 1}\n\t${file}:3 +0x2a\n` +
    (isRecorded
      ? `[originating from goroutine ${i - 1}]:\n${grpc}.NewClient(...)\n\t/mod/${grpc}@v1.67.1/client.go:9 +0x1\nmain.check(...)\n\t/src/main.go:16 +0x2a\n`
      : "");
  const texts = Array.from({ length: count }, (_, i) => [
    one(100 + i * 10, "reader", 7),
    one(102 + i * 10, "keepalive", 8),
  ]);
  return parseDump(new TextEncoder().encode(texts.flat().join("\n")));
}

test("leaks: connections that have become more since an earlier dump are one suspicion, at the line that made them", () => {
  expect(findLeaks(connections(30, true))).toEqual([]); // a client of many servers looks the same
  const grown = findLeaks(connections(30, true), connections(10, true));
  expect(grown.map(({ level, count, function: name, line }) => [level, count, name, line])).toEqual([
    ["suspect", 60, "main.check", 16],
  ]);
  expect(grown[0].advice).toMatch(/^Make one ClientConn/);
  const [unrecorded] = findLeaks(connections(30, false), connections(10, false));
  expect(unrecorded.advice).toMatch(/ Look for calls of grpc\.NewClient or grpc\.Dial\.$/);
});

test("names are compared without type arguments, and with the dots of their path", () => {
  expect(plainName("gopkg.in/x%2ev2.(*LRU[go.shape.string,map[string]int]).Add[...].func1")).toBe(
    "gopkg.in/x.v2.(*LRU).Add.func1",
  );
});
