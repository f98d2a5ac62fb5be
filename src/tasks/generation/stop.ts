// When a row ends.
import type { Tokenizer } from '../../tokens/index.ts';
import { GenerationError } from './generation-error.ts';
import type { ResolvedSettings } from './settings.ts';

/** Why a row ended: an end-of-text token, a stop string, the longest length that was asked for, or the model's last position. */
export type Finish = 'eos' | 'stop_string' | 'length' | 'positions';

/** Whether a row ends with its last token; undefined to go on. */
export type StopRule = (ids: readonly number[]) => Finish | undefined;

/** How many of the last tokens can hold a text of so many characters: a character may take four byte tokens. */
const tailFor = (characters: number): number => 4 * characters + 4;

/** A stop string ends a row when it ends inside the last token's text; it may begin anywhere before, in the prompt too. */
function stopString(texts: readonly string[], tokenizer: Tokenizer): StopRule {
  const count = tailFor(Math.max(...texts.map((text) => text.length)));
  return (ids) => {
    const tail = ids.slice(-count);
    const [before, after] = [tokenizer.decode(tail.slice(0, -1)), tokenizer.decode(tail)];
    const isNew = (text: string): boolean => {
      const from = Math.max(0, before.replace(/\ufffd+$/, '').length - text.length + 1);
      return after.indexOf(text, from) >= 0;
    };
    return texts.some(isNew) ? 'stop_string' : undefined;
  };
}

/** All reasons together. @throws GenerationError for stop strings without a tokenizer */
export function stopRule(settings: ResolvedSettings, tokenizer: Tokenizer | undefined): StopRule {
  const { eos, max_length, limited, stop } = settings;
  const ends = new Set(eos);
  if (stop.length > 0 && !tokenizer) {
    throw new GenerationError(
      'stop_strings: expected a tokenizer beside the model to find them with, got none (the request)',
    );
  }
  const strings = stop.length > 0 ? stopString(stop, tokenizer as Tokenizer) : undefined;
  return (ids) => {
    if (ends.has(ids.at(-1) as number)) return 'eos';
    const stopped = strings?.(ids);
    if (stopped) return stopped;
    return ids.length >= max_length ? (limited ? 'positions' : 'length') : undefined;
  };
}
