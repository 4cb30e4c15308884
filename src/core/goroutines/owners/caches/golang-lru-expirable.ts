/** The goroutine that removes expired entries cannot be stopped. */
import { functions, type Owner } from "../owner.js";

export const golangLruExpirable: Owner = {
  library: "github.com/hashicorp/golang-lru/v2/expirable",
  versions: "2.0.5 and later",
  source: "https://github.com/hashicorp/golang-lru/issues/159",
  leaks: [
    {
      goroutines: functions("github.com/hashicorp/golang-lru(?:/v\\d+)?/expirable", "NewLRU", "(*LRU).~"),
      allocations: functions("github.com/hashicorp/golang-lru(?:/v\\d+)?/expirable", "NewLRU"),
      calls: functions("github.com/hashicorp/golang-lru(?:/v\\d+)?/expirable", "NewLRU"),
      look: "expirable.NewLRU",
      what: "Each expirable.LRU with a time to live has a goroutine that cannot be stopped, and keeps the cache alive: likely a cache is made again and again.",
      todo: "Make as few of them as possible and keep them (Purge empties one), or share one cache with the owner as a part of the key.",
    },
  ],
};
