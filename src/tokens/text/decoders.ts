// Decoders of `tokenizer.json`: tokens back to text, as chains of functions over lists of strings.
import { type Component, type Fields, isAbsent, type Makers, make } from './component.ts';
import { patternOf } from './pattern/matcher.ts';
import { BYTE_OF_CHARACTER, lossy } from './utf8.ts';

/** One step; what the last one gives is joined. */
export type Decoder = (tokens: readonly string[]) => readonly string[];

/** Bytes of a token of a byte-level vocabulary; a token outside the alphabet stands for itself. */
export function tokenBytes(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = BYTE_OF_CHARACTER.get(token[i] as string);
    if (byte === undefined) return new TextEncoder().encode(token);
    bytes[i] = byte;
  }
  return bytes;
}

const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

function byteLevel(fields: Fields): Decoder {
  fields.ignore('add_prefix_space', 'trim_offsets', 'use_regex');
  return (tokens) => {
    const parts = tokens.map(tokenBytes);
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return [lossy.decode(bytes)];
  };
}

const CLEANUPS: readonly (readonly [string, string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

const cleaned = (text: string): string => CLEANUPS.reduce((current, [from, to]) => current.replaceAll(from, to), text);

function wordPiece(fields: Fields): Decoder {
  const [prefix, cleanup] = [fields.string('prefix', '##'), fields.boolean('cleanup', true)];
  return (tokens) =>
    tokens.map((token, i) => {
      const text = i === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
      return cleanup ? cleaned(text) : text;
    });
}

function metaspace(fields: Fields): Decoder {
  const mark = fields.character('replacement');
  const scheme = fields.choice('prepend_scheme', ['always', 'first', 'never'], 'always');
  const never = scheme === 'never' || (fields.has('add_prefix_space') && !fields.boolean('add_prefix_space'));
  fields.ignore('split', 'str_rep', 'add_prefix_space');
  return (tokens) => tokens.map((token, i) => token.replaceAll(mark, i === 0 && !never ? '' : ' '));
}

function bpeDecoder(fields: Fields): Decoder {
  const suffix = fields.string('suffix', '</w>');
  return (tokens) => tokens.map((token, i) => replaced(token, suffix, i === tokens.length - 1 ? '' : ' '));
}

/** As Rust's `replace`: an empty needle is found around every character. */
function replaced(text: string, needle: string, content: string): string {
  return needle === ''
    ? content + Array.from(text, (point) => point + content).join('')
    : text.replaceAll(needle, () => content);
}

/** A byte of byte fallback. */
export const BYTE_TOKEN: RegExp = /^<0x([+0-9a-fA-F][0-9a-fA-F])>$/;

/** `<0xE4> <0xBD> <0xA0>` to characters; a run that is not UTF-8 becomes one U+FFFD a byte. */
const byteFallback: Decoder = (tokens) => {
  const result: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length === 0) return;
    try {
      result.push(strict.decode(Uint8Array.from(bytes)));
    } catch {
      for (const _ of bytes) result.push('\ufffd');
    }
    bytes = [];
  };
  for (const token of tokens) {
    const hex = BYTE_TOKEN.exec(token)?.[1];
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else {
      flush();
      result.push(token);
    }
  }
  flush();
  return result;
};

function strip(fields: Fields): Decoder {
  const [content, start, stop] = [fields.character('content'), fields.count('start'), fields.count('stop')];
  return (tokens) =>
    tokens.map((token) => {
      const points = [...token];
      let [from, to] = [0, points.length];
      while (from < start && points[from] === content) from++;
      while (points.length - to < stop && to > from && points[to - 1] === content) to--;
      return points.slice(from, to).join('');
    });
}

function ctc(fields: Fields): Decoder {
  const [pad, delimiter] = [fields.string('pad_token'), fields.string('word_delimiter_token')];
  const cleanup = fields.boolean('cleanup');
  return (tokens) =>
    tokens
      .filter((token, i) => i === 0 || token !== tokens[i - 1])
      .map((token) => {
        const text = replaced(token, pad, '');
        return cleanup ? replaced(cleaned(text), delimiter, ' ') : text;
      })
      .filter((text) => text !== '');
}

function replace(fields: Fields): Decoder {
  const [{ find }, content] = [patternOf(fields.where, fields.any('pattern')), fields.string('content')];
  return (tokens) =>
    tokens.map((token) => {
      const matches = find(token);
      let [text, kept] = ['', 0];
      for (let i = 0; i < matches.length; i += 2) {
        text += token.slice(kept, matches[i]) + content;
        kept = matches[i + 1] as number;
      }
      return text + token.slice(kept);
    });
}

const makers: Makers<Decoder> = {
  BPEDecoder: bpeDecoder,
  ByteFallback: () => byteFallback,
  ByteLevel: byteLevel,
  CTC: ctc,
  Fuse: () => (tokens) => [tokens.join('')],
  Metaspace: metaspace,
  Replace: replace,
  Sequence: (fields) => {
    const steps = fields.list('decoders').map((one) => make('decoder', makers, one));
    return (tokens) => steps.reduce((current, step) => step(current), tokens);
  },
  Strip: strip,
  WordPiece: wordPiece,
};

/** Without one, tokens are joined by spaces. @throws TokenizerError for a component or field that is not known */
export function decoder(component: Component | null | undefined): Decoder {
  return isAbsent(component) ? (tokens) => [tokens.join(' ')] : make('decoder', makers, component);
}

/** Tokens of a tokenizer to text, special ones as they are: Transformers' `convert_tokens_to_string`. */
export function tokenJoiner(json: { readonly decoder?: unknown }): (tokens: readonly string[]) => string {
  const own = decoder(json.decoder as Component | null | undefined);
  return (tokens) => own(tokens).join('');
}
