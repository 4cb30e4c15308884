/**
 * The table of owners: libraries whose goroutines and memory belong to something that a program made and has to end.
 * The first that matches speaks, so a library that is built on others stands before them. One more is a file here, a
 * line below, and a case in the test.
 */
import { amqp } from "./messaging/amqp.js";
import { awsSdk } from "./services/aws-sdk.js";
import { badger } from "./databases/badger.js";
import { bbolt } from "./databases/bbolt.js";
import { bigcache } from "./caches/bigcache.js";
import { casbin } from "./caches/casbin.js";
import { confluentKafka } from "./messaging/confluent-kafka.js";
import { contextOwner } from "./standard/context.js";
import { cron } from "./services/cron.js";
import { databaseSql } from "./standard/database-sql.js";
import { elastic } from "./databases/elastic.js";
import { etcd } from "./databases/etcd.js";
import { fsnotify } from "./services/fsnotify.js";
import { goCache } from "./caches/go-cache.js";
import { goMetrics } from "./telemetry/go-metrics.js";
import { goSqlDriver } from "./databases/go-sql-driver.js";
import { gocql } from "./databases/gocql.js";
import { golangLruExpirable } from "./caches/golang-lru-expirable.js";
import { gorillaWebsocket } from "./services/gorilla-websocket.js";
import { groupcacheLru } from "./caches/groupcache-lru.js";
import { grpc } from "./services/grpc.js";
import { kafkaGo } from "./messaging/kafka-go.js";
import { kubernetes } from "./services/kubernetes.js";
import { libPq } from "./databases/lib-pq.js";
import { logrus } from "./telemetry/logrus.js";
import { lumberjack } from "./telemetry/lumberjack.js";
import { mongo } from "./databases/mongo.js";
import { nats } from "./messaging/nats.js";
import { net } from "./standard/net.js";
import { netHttpClient } from "./standard/net-http-client.js";
import { netHttpServer } from "./standard/net-http-server.js";
import { osExec } from "./standard/os-exec.js";
import { otelMetric } from "./telemetry/otel-metric.js";
import { otelSdk } from "./telemetry/otel-sdk.js";
import { otelhttp } from "./telemetry/otelhttp.js";
import { pahoMqtt } from "./messaging/paho-mqtt.js";
import { pgx } from "./databases/pgx.js";
import { prometheus } from "./telemetry/prometheus.js";
import { quicGo } from "./services/quic-go.js";
import { redis } from "./databases/redis.js";
import { ristretto } from "./caches/ristretto.js";
import { sarama } from "./messaging/sarama.js";
import { sentry } from "./telemetry/sentry.js";
import { timeOwner } from "./standard/time.js";
import { ttlcache } from "./caches/ttlcache.js";
import { viper } from "./services/viper.js";
import { watermill } from "./messaging/watermill.js";
import { xTimeRate } from "./standard/x-time-rate.js";
import { zap } from "./telemetry/zap.js";
import type { Owner } from "./owner.js";

export const OWNERS: readonly Owner[] = [
  pgx,
  libPq,
  goSqlDriver,
  fsnotify,
  redis,
  nats,
  kafkaGo,
  sarama,
  confluentKafka,
  etcd,
  prometheus,
  logrus,
  lumberjack,
  otelSdk,
  otelhttp,
  otelMetric,
  sentry,
  cron,
  golangLruExpirable,
  groupcacheLru,
  bigcache,
  ristretto,
  casbin,
  watermill,
  xTimeRate,
  quicGo,
  gorillaWebsocket,
  badger,
  bbolt,
  zap,
  awsSdk,
  mongo,
  goCache,
  ttlcache,
  amqp,
  elastic,
  kubernetes,
  viper,
  goMetrics,
  gocql,
  pahoMqtt,
  grpc,
  databaseSql,
  netHttpClient,
  netHttpServer,
  osExec,
  contextOwner,
  timeOwner,
  net,
];
