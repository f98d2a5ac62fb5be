// What the environment says about the hub, with the names and defaults of Python's huggingface_hub.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Settings of hub access. */
export interface HubSettings {
  readonly endpoint: string;
  readonly cacheDir: string;
  readonly offline: boolean;
  readonly token?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const isOn = (value: string | undefined): boolean => /^(1|on|yes|true)$/i.test(value ?? '');

function hubHome(environment: Environment): string {
  return environment.HF_HOME || join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
}

/** The folder of `models--…` folders. `TESSERAE_CACHE` (the flag `--cache`) is stronger than `HF_HUB_CACHE` and `HF_HOME`. */
function cacheFrom(environment: Environment): string {
  if (environment.TESSERAE_CACHE) return join(environment.TESSERAE_CACHE, 'hub');
  return environment.HF_HUB_CACHE || environment.HUGGINGFACE_HUB_CACHE || join(hubHome(environment), 'hub');
}

function tokenFrom(environment: Environment): string | undefined {
  const given = environment.HF_TOKEN || environment.HUGGING_FACE_HUB_TOKEN;
  if (given) return given.trim() || undefined;
  if (isOn(environment.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  try {
    return readFileSync(environment.HF_TOKEN_PATH || join(hubHome(environment), 'token'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Settings from `HF_ENDPOINT`, `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN`, `HF_HUB_OFFLINE` and the token that `hf auth login` left. */
export function hubSettings(environment: Environment): HubSettings {
  const token = tokenFrom(environment);
  return {
    endpoint: (environment.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, ''),
    cacheDir: cacheFrom(environment),
    offline: isOn(environment.HF_HUB_OFFLINE) || isOn(environment.TRANSFORMERS_OFFLINE),
    ...(token === undefined ? {} : { token }),
  };
}
