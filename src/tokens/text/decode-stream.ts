// Decoding token by token: only text that later tokens cannot change is given out.
import type { DecodeStream } from '../tokenizer.ts';

/** How many tokens a look back takes along, so that first-token rules of decoders stay where they belong. */
const CONTEXT = 6;
const MOST_WAITING = 64;

/** A stream over a function that decodes whole lists. `isOpen`: how this token reads depends on what comes behind it. */
export function streamOf(decode: (ids: readonly number[]) => string, isOpen: (id: number) => boolean): DecodeStream {
  let ids: number[] = [];
  let given = '';
  /** Whether the beginning of the text has been left behind. */
  const shorten = (): void => {
    if (ids.length < CONTEXT * 2) return;
    const tail = ids.slice(-CONTEXT);
    const text = decode(tail);
    // Only a tail that reads by itself as it does in place can stand for the whole.
    if (!text.endsWith('\ufffd') && given.endsWith(text) && text !== '') {
      ids = tail;
      given = text;
    } else if (ids.length > MOST_WAITING * 16) {
      ids = tail;
      given = text;
    }
  };
  return {
    push: (id) => {
      ids.push(id);
      if (isOpen(id)) return '';
      const text = decode(ids);
      if (text.endsWith('\ufffd') || !text.startsWith(given)) return '';
      const more = text.slice(given.length);
      given = text;
      shorten();
      return more;
    },
    end: () => {
      const text = decode(ids);
      const more = text.startsWith(given) ? text.slice(given.length) : '';
      given = text;
      return more;
    },
  };
}
