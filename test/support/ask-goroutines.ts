/** The requests of delve/requests.ts answered from tables in the tests' notation, and what was asked. */
import type { Goroutines } from "../../src/core/goroutines/goroutine.js";
import { goroutineAnswers, type Moment } from "../../src/core/goroutines/answers.js";
import { waitsBody } from "../../src/delve/memory/memory-evidence.js";
import type { Ask, Requests } from "../../src/delve/session/requests.js";
import type { GoroutinesArguments } from "../../src/core/goroutines/answer-bodies.js";

/** `listed`: what is known as long as stacks are not there, which is what is answered where they are not waited for. */
export function asking(moment: Moment, listed?: Goroutines): { ask: Ask; asked: string[] } {
  const answers = goroutineAnswers(moment);
  const early = listed && goroutineAnswers({ stop: moment.stop, goroutines: listed });
  const asked: string[] = [];
  const answer = (name: keyof Requests, about: Requests[keyof Requests]["arguments"]): unknown => {
    asked.push(`${name.replace("goDiagnostics/", "")} ${JSON.stringify(about)}`);
    switch (name) {
      case "goDiagnostics/goroutines": {
        const wanted = about as GoroutinesArguments;
        if (early && wanted.stacks === false) return { ...early.goroutines(wanted), withoutStacks: true };
        return answers.goroutines(wanted);
      }
      case "goDiagnostics/goroutine":
        return answers.goroutine(about as { id: number });
      case "goDiagnostics/changes":
        return answers.changes();
      case "goDiagnostics/leaks":
        return answers.leaks();
      case "goDiagnostics/waits": {
        if (!moment.memory) throw new Error("A dump has no memory to look into.");
        return waitsBody(moment.memory, moment.stop, (about as { id?: number }).id);
      }
      default:
        throw new Error(`${name} is not answered`);
    }
  };
  return { asked, ask: (name, about) => Promise.resolve(answer(name, about) as never) };
}
