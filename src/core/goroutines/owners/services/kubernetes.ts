/** A watch reads its stream in a goroutine until Stop; an informer runs until its channel is closed. */
import { either, functions, type Owner } from "../owner.js";

export const kubernetes: Owner = {
  library: "k8s.io/client-go",
  versions: "all",
  source: "https://pkg.go.dev/k8s.io/apimachinery/pkg/watch#Interface",
  leaks: [
    {
      goroutines: functions(
        "k8s.io/apimachinery/pkg/watch",
        "(*StreamWatcher).receive",
        "(*Broadcaster).~",
        "(*raceFreeFakeWatcher).~",
      ),
      calls: functions("k8s.io/client-go/rest", "(*Request).Watch"),
      look: "rest.Request.Watch",
      what: "Each watch of Kubernetes has a connection and a goroutine until it is stopped.",
      todo: "Stop each watch (defer w.Stop()), or cancel its context.",
    },
    {
      goroutines: either(
        functions(
          "k8s.io/client-go/tools/cache",
          "(*Reflector).~",
          "(*controller).~",
          "(*sharedIndexInformer).~",
          "(*processorListener).~",
          "(*sharedProcessor).~",
          "(*DeltaFIFO).~",
        ),
        functions("k8s.io/client-go/util/workqueue", "(*Type).~", "(*Typed).~", "(*delayingType).~"),
      ),
      calls: either(
        functions("k8s.io/client-go/informers", "(*sharedInformerFactory).Start", "NewSharedInformerFactory~"),
        functions(
          "k8s.io/client-go/tools/cache",
          "(*sharedIndexInformer).Run",
          "(*controller).Run",
          "(*Reflector).Run",
          "NewInformer~",
          "NewSharedIndexInformer~",
        ),
        functions("k8s.io/client-go/util/workqueue", "New~"),
      ),
      look: "informers.NewSharedInformerFactory",
      what: "Informers and reflectors run until the channel that they were given is closed, and keep a store of what they watch: likely they are started again and again.",
      todo: "Share one informer factory, and close the channel (or cancel the context) of what is started for a while only.",
    },
  ],
};
