// How data sets get onto this machine.
import type { HubProgress } from '../checkpoints/index.ts';

/** Options of finding and fetching data sets; what is not given comes from the environment. */
export interface DataAccess {
  /** Fetched sets lie under `CACHE/data/ID`. Default `TESSERAE_CACHE`, else the user's cache folder. */
  readonly cacheDir?: string;
  /** Fetch nothing. Default `HF_HUB_OFFLINE`, which `--offline` sets. */
  readonly offline?: boolean;
  /** Address that serves what raw.githubusercontent.com serves. Default `TESSERAE_GITHUB_MIRROR`. */
  readonly mirror?: string;
  readonly onProgress?: (progress: HubProgress) => void;
  readonly signal?: AbortSignal;
  /** First pause before another try, in ms. Default 500. */
  readonly retryDelay?: number;
}
