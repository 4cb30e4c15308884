/** A configuration or session has an HTTP client and credentials of its own. */
import { either, functions, type Owner } from "../owner.js";

export const awsSdk: Owner = {
  library: "github.com/aws/aws-sdk-go-v2",
  versions: "1 and 2",
  source: "https://docs.aws.amazon.com/sdk-for-go/v2/developer-guide/configure-http.html",
  leaks: [
    {
      allocations: either(
        functions("github.com/aws/aws-sdk-go-v2/config", "LoadDefaultConfig", "~"),
        functions("github.com/aws/aws-sdk-go-v2/service/\\w+", "New", "NewFromConfig"),
        functions("github.com/aws/aws-sdk-go/aws/session", "New~"),
      ),
      calls: either(
        functions("github.com/aws/aws-sdk-go-v2/config", "LoadDefaultConfig"),
        functions("github.com/aws/aws-sdk-go-v2/service/\\w+", "New", "NewFromConfig"),
        functions("github.com/aws/aws-sdk-go/aws/session", "New~"),
      ),
      look: "config.LoadDefaultConfig",
      what: "Each configuration or session of the AWS SDK has an HTTP client, and with it connections, of its own: likely one is loaded for each request.",
      todo: "Load the configuration and make clients once, when the program starts, and share them (they are safe for concurrent use).",
    },
  ],
};
