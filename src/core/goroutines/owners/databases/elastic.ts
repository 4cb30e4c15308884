/** A client checks its nodes in goroutines until Stop. */
import { functions, type Owner } from "../owner.js";

export const elastic: Owner = {
  library: "github.com/olivere/elastic",
  versions: "all",
  source: "https://pkg.go.dev/github.com/olivere/elastic/v7#Client.Stop",
  leaks: [
    {
      goroutines: functions(
        "github.com/olivere/elastic(?:/v\\d+)?",
        "(*Client).~",
        "(*BulkProcessor).~",
        "(*bulkWorker).~",
      ),
      calls: functions(
        "github.com/olivere/elastic(?:/v\\d+)?",
        "NewClient",
        "Dial~",
        "DialContext",
        "(*BulkProcessorService).Do",
      ),
      look: "elastic.NewClient or elastic.Dial",
      what: "Each elastic.Client checks its nodes in goroutines until it is stopped: likely a client is made for each request.",
      todo: "Make one client and share it, or Stop each one (NewSimpleClient has no goroutines).",
    },
  ],
};
