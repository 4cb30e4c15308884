/**
 * Goroutines as a profile and back: a dump becomes samples, so that flame graphs and tables work on it; a goroutine
 * profile becomes rows that stand for many goroutines each, so that groups and verdicts work on it.
 */
import {
  CALL,
  GoroutineBuilder,
  type Goroutines,
  LEAKED,
  NO_LABELS,
  STACK_UNAVAILABLE,
  UNKNOWN_WAIT,
} from "./goroutine.js";
import { type BuiltLabel, ProfileBuilder } from "../profile/profile-builder.js";
import type { Profile } from "../profile/profile.js";

/**
 * One sample per different stack, state and labels, valued by the number of goroutines and, where any is known, by
 * the time that they have waited. The state is a label; it can be filtered by and split by like any other.
 */
export function profileOfGoroutines(goroutines: Goroutines): Profile {
  const { frames, stacks, states, labelSets } = goroutines;
  const builder = new ProfileBuilder();
  for (let frame = 0; frame < frames.count; frame++) {
    const fn = builder.function(frames.function[frame], frames.file[frame]);
    builder.location(0, 0, [{ function: fn, line: frames.file[frame] === "" ? 0 : frames.line[frame] }]);
  }

  const hasWait = goroutines.waitNs.some((wait) => wait > 0);
  const sampleOf = new Map<string, { row: number; count: number; waitNs: number }>();
  for (let row = 0; row < goroutines.count; row++) {
    const key = `${goroutines.stack[row]} ${goroutines.state[row]} ${goroutines.labels[row]} ${goroutines.flags[row] & LEAKED}`;
    let sample = sampleOf.get(key);
    if (sample === undefined) sampleOf.set(key, (sample = { row, count: 0, waitNs: 0 }));
    sample.count += goroutines.multiplicity[row];
    if (goroutines.waitNs[row] !== UNKNOWN_WAIT) sample.waitNs += goroutines.waitNs[row] * goroutines.multiplicity[row];
  }
  let noStack = -1;
  for (const { row, count, waitNs } of sampleOf.values()) {
    const from = stacks.start[goroutines.stack[row]];
    let to = stacks.start[goroutines.stack[row] + 1];
    // Below all of them, and in no profile that Go writes.
    if (to - 1 > from && frames.function[stacks.frame[to - 1]] === "runtime.goexit") to--;
    let stack: ArrayLike<number> = stacks.frame.subarray(from, to);
    if (stack.length === 0) {
      const why = goroutines.flags[row] & STACK_UNAVAILABLE ? "(running on another thread)" : "(no stack)";
      if (noStack < 0) noStack = builder.location(0, 0, [{ function: builder.function(why, ""), line: 0 }]);
      stack = [noStack];
    }
    const labels: BuiltLabel[] = goroutines.labels[row] === NO_LABELS ? [] : [...labelSets[goroutines.labels[row]]];
    labels.push(["state", states[goroutines.state[row]] + (goroutines.flags[row] & LEAKED ? LEAKED_MARK : "")]);
    builder.sample(stack, hasWait ? [count, waitNs] : [count], labels);
  }

  const goroutine = { type: "goroutine", unit: "count" };
  return builder.finish({
    format: "goroutine-dump",
    sampleTypes: hasWait ? [goroutine, { type: "wait", unit: "nanoseconds" }] : [goroutine],
    defaultSampleType: 0,
    periodType: goroutine,
    period: 1,
    comments: goroutines.cause === undefined ? [] : [goroutines.cause],
    mappings: [],
    warnings: goroutines.warnings,
  });
}

const LEAKED_MARK = " (leaked)";

/**
 * A profile's `dropFrames`: what the runtime does to let a goroutine wait counts for the call that waits. Viewers leave it
 * out, as Go's dumps do; the file has it.
 */
export const WAITING_FRAMES = [
  String.raw`runtime\.(gopark|goparkunlock|chansend1?|chanrecv[12]?|selectgo|block|semacquire1?|semacquireRWMutexR?)`,
  String.raw`runtime\.(netpollblock|notetsleepg|notesleep|notifyListWait|timeSleep|coroswitch_?)`,
  String.raw`(internal/)?(sync|poll)\.runtime_\w+`,
].join("|");

/** Index of the sample type that counts goroutines; undefined when the profile is about something else. */
export function goroutineSampleType(profile: Profile): number | undefined {
  const index = profile.sampleTypes.findIndex(({ type }) => /^goroutines?(leak)?$/.test(type));
  return index < 0 ? undefined : index;
}

/** The rows of a goroutine profile: what it does not know (ids, creators, waiting times) stays unknown. */
export function goroutinesOfProfile(profile: Profile, sampleType: number): Goroutines {
  const { samples, locations, functions, strings, sampleTypes } = profile;
  const names: string[] = [];
  const indexOf = new Map<string, number>();
  const intern = (text: string) => {
    let index = indexOf.get(text);
    if (index === undefined) {
      indexOf.set(text, (index = names.length));
      names.push(text);
    }
    return index;
  };
  const builder = new GoroutineBuilder(names, names);
  // Of inlined calls the profile says the same as of others; kind CALL for both.
  const frameStart = new Uint32Array(locations.count + 1);
  const frameList: number[] = [];
  for (let location = 0; location < locations.count; location++) {
    for (let row = locations.lineStart[location]; row < locations.lineStart[location + 1]; row++) {
      const fn = locations.lineFunction[row];
      const name = intern(strings.at(functions.name[fn]));
      const file = intern(strings.at(functions.filename[fn]));
      frameList.push(builder.frame(name, file, locations.lineNumber[row], 0, CALL));
    }
    frameStart[location + 1] = frameList.length;
  }

  const isLeakProfile = sampleTypes[sampleType].type.endsWith("leak");
  let buffer = new Int32Array(256);
  for (let sample = 0; sample < samples.count; sample++) {
    const multiplicity = samples.values[sample * sampleTypes.length + sampleType];
    if (!(multiplicity > 0)) continue;
    let depth = 0;
    for (let i = samples.stackStart[sample]; i < samples.stackStart[sample + 1]; i++) {
      const location = samples.stack[i];
      for (let row = frameStart[location]; row < frameStart[location + 1]; row++) {
        if (depth === buffer.length) {
          const grown = new Int32Array(depth * 2);
          grown.set(buffer);
          buffer = grown;
        }
        buffer[depth++] = frameList[row];
      }
    }
    const labels: [string, string][] = [];
    // A profile of a dump, or of a paused program, says the state itself.
    let state: string | undefined;
    for (let row = samples.labelStart[sample]; row < samples.labelStart[sample + 1]; row++) {
      const text = strings.at(samples.labels.string[row]);
      const key = strings.at(samples.labels.key[row]);
      if (key === "state" && text !== "") state = text;
      else labels.push([key, text === "" ? String(samples.labels.number[row]) : text]);
    }
    const isLeaked = isLeakProfile || state?.endsWith(LEAKED_MARK) === true;
    builder.add({
      multiplicity,
      state: state?.replace(LEAKED_MARK, "") ?? stateOfStack([...leafFunctions(profile, sample)]),
      flags: isLeaked ? LEAKED : 0,
      stack: builder.stack(buffer, depth),
      labels,
    });
  }
  return builder.finish({ complete: true, warnings: profile.warnings });
}

/** Names of the functions at the leaf of a sample, innermost first, as many as tell what it waits for. */
function* leafFunctions(profile: Profile, sample: number): Generator<string> {
  const { samples, locations, functions, strings } = profile;
  const to = Math.min(samples.stackStart[sample + 1], samples.stackStart[sample] + MAX_WAIT_DEPTH);
  for (let i = samples.stackStart[sample]; i < to; i++) {
    const location = samples.stack[i];
    for (let row = locations.lineStart[location]; row < locations.lineStart[location + 1]; row++) {
      yield strings.at(functions.name[locations.lineFunction[row]]);
    }
  }
}

const MAX_WAIT_DEPTH = 12;

/**
 * What a goroutine waits for, by the runtime functions at the top of its stack; a profile does not say it otherwise.
 * The text form leaves those functions out: then the state is "unknown", unless package sync tells.
 */
function stateOfStack(leafFirst: readonly string[]): string {
  for (const name of leafFirst) {
    const state = WAITS.get(name);
    if (state !== undefined) return state;
  }
  if (leafFirst[0]?.startsWith("runtime/pprof.") || leafFirst[0]?.includes("goroutineProfile")) return "running";
  if (leafFirst.some((name) => name === "runtime.gopark")) return "waiting";
  return leafFirst.some((name) => name.startsWith("syscall.")) ? "syscall" : "unknown";
}

const WAITS = new Map([
  ["runtime.chansend1", "chan send"],
  ["runtime.chansend", "chan send"],
  ["runtime.chanrecv1", "chan receive"],
  ["runtime.chanrecv2", "chan receive"],
  ["runtime.chanrecv", "chan receive"],
  ["runtime.selectgo", "select"],
  ["runtime.block", "select (no cases)"],
  ["time.Sleep", "sleep"],
  ["internal/poll.runtime_pollWait", "IO wait"],
  ["sync.runtime_notifyListWait", "sync.Cond.Wait"],
  ["sync.(*Cond).Wait", "sync.Cond.Wait"],
  ["sync.runtime_SemacquireWaitGroup", "sync.WaitGroup.Wait"],
  ["sync.(*WaitGroup).Wait", "sync.WaitGroup.Wait"],
  ["sync.runtime_SemacquireMutex", "sync.Mutex.Lock"],
  ["internal/sync.runtime_SemacquireMutex", "sync.Mutex.Lock"],
  ["sync.(*Mutex).Lock", "sync.Mutex.Lock"],
  ["sync.runtime_SemacquireRWMutexR", "sync.RWMutex.RLock"],
  ["sync.(*RWMutex).RLock", "sync.RWMutex.RLock"],
  ["sync.runtime_SemacquireRWMutex", "sync.RWMutex.Lock"],
  ["sync.(*RWMutex).Lock", "sync.RWMutex.Lock"],
  ["sync.runtime_Semacquire", "semacquire"],
  ["internal/poll.runtime_Semacquire", "semacquire"],
  ["os/signal.signal_recv", "syscall"],
  ["runtime.goroutineProfileWithLabels", "running"],
  ["runtime.pprof_goroutineProfileWithLabels", "running"],
]);
