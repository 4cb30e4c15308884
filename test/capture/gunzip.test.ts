import { gunzip } from "../../src/capture/gunzip.js";
import { gunzipContract } from "../support/gunzip-contract.js";

gunzipContract(gunzip);
