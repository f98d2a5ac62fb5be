// Options of hub access, and what it tells while it works.
import type { Wanted } from './hub-files.ts';

/** How far a download is. */
export interface HubProgress {
  readonly file: string;
  /** Bytes of this file so far. */
  readonly loaded: number;
  readonly total: number | undefined;
}

/** Options of `resolveModel`; what is not given comes from the environment. */
export interface HubOptions {
  /** Branch, tag or commit. Default `main`. */
  readonly revision?: string;
  /** Folder inside the repository that holds the model. */
  readonly subfolder?: string;
  /** Access token; false for none. Default `HF_TOKEN`. */
  readonly token?: string | false;
  /** Folder of `models--…` folders. Default `HF_HUB_CACHE` or `$HF_HOME/hub`. */
  readonly cacheDir?: string;
  /** Use the cache alone. Default `HF_HUB_OFFLINE`. */
  readonly offline?: boolean;
  /** Address of the hub. Default `HF_ENDPOINT`. */
  readonly endpoint?: string;
  /** What is needed: everything to run the model (default), or what cuts text. */
  readonly wanted?: Wanted;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: HubProgress) => void;
  /** For people: that the cache is used because the hub cannot be reached. */
  readonly note?: (text: string) => void;
  /** First pause before another try, in ms. Default 500. */
  readonly retryDelay?: number;
}
