// Node has the same DecompressionStream, but for several members; the workbench tests run Chromium's.
import { gunzip } from "../../../webview/worker/gunzip.js";
import { gunzipContract } from "../../support/gunzip-contract.js";

gunzipContract(gunzip);
