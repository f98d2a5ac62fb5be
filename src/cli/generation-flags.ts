// How a command that writes is told how: flags by the names of `generation_config.json`.
import { type GenerationSettings, readSettings } from '../tasks/index.ts';
import { type Args, type Flags, objectFlag, text, texts, UsageError } from './command.ts';

/** Flags that set a field: what their text means. */
const readers: Readonly<Record<string, (value: string, flag: string) => unknown>> = {
  number: (value, flag) => {
    const number = Number(value);
    if (value.trim() === '' || Number.isNaN(number))
      throw new UsageError(`--${flag}: expected a number, got '${value}'`);
    return number;
  },
  early: (value) => ({ true: true, false: false })[value] ?? value,
};

const settingFlags: Readonly<Record<string, keyof typeof readers>> = {
  'max-new-tokens': 'number',
  'min-new-tokens': 'number',
  'max-length': 'number',
  'min-length': 'number',
  'num-beams': 'number',
  'num-return-sequences': 'number',
  'length-penalty': 'number',
  'early-stopping': 'early',
  'repetition-penalty': 'number',
  'no-repeat-ngram-size': 'number',
  temperature: 'number',
  'top-k': 'number',
  'top-p': 'number',
  'min-p': 'number',
  'typical-p': 'number',
};

/** `--settings` first, single flags over it. @throws UsageError naming the flag, SettingsError naming the field */
export function settingsFrom(args: Args): GenerationSettings {
  const given = Object.entries(settingFlags).flatMap(([flag, reader]) => {
    const value = text(args, flag);
    return value === undefined ? [] : [[flag.replaceAll('-', '_'), readers[reader]?.(value, flag)] as const];
  });
  const stop = texts(args, 'stop');
  const all = {
    ...objectFlag(args, 'settings'),
    ...Object.fromEntries(given),
    ...(typeof args.values['do-sample'] === 'boolean' ? { do_sample: args.values['do-sample'] } : {}),
    ...(stop.length > 0 ? { stop_strings: stop } : {}),
  };
  return readSettings(all, 'the command line', 'refused');
}

/** The flags that `settingsFrom` reads. */
export const generationFlags: Flags = {
  ...Object.fromEntries(Object.keys(settingFlags).map((flag) => [flag, { type: 'string' } as const])),
  settings: { type: 'string' },
  stop: { type: 'string', multiple: true, list: true },
  'do-sample': { type: 'boolean' },
};

/** SIGINT ends generation before its next step. */
export function untilInterrupted(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  return { signal: controller.signal, end: () => process.off('SIGINT', stop) };
}
