// The normalizer `Precompiled`: sentencepiece's map of characters, a double array trie over UTF-8 followed by the replacements,
// executed as the reference does (github.com/huggingface/spm_precompiled): cluster by cluster, the first prefix found decides.
import { TokenizerError } from '../tokenizer.ts';
import { type AlignedText, transform } from './aligned.ts';
import { graphemeEnd } from './unicode/graphemes.ts';

const encoder = new TextEncoder();
const LONGEST_CLUSTER = 6;

/** Bytes of a base64 text. @throws TokenizerError for anything else */
export function bytesOfBase64(text: string, where: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (error) {
    throw new TokenizerError(`${where}: expected base64, got ${JSON.stringify(text.slice(0, 40))} (tokenizer.json)`, {
      cause: error,
    });
  }
}

/** A map of characters. */
export class Charsmap {
  readonly #trie: Uint32Array;
  readonly #replacements: Uint8Array;
  readonly #known = new Map<string, string | undefined>();

  /** @throws TokenizerError for a map that is cut short */
  constructor(blob: Uint8Array) {
    const size = blob.length < 4 ? -1 : new DataView(blob.buffer, blob.byteOffset).getUint32(0, true);
    if (size < 4 || size % 4 !== 0 || size + 4 > blob.length) {
      throw new TokenizerError(
        `precompiled_charsmap: expected the length of the trie and the trie, got ${blob.length} bytes that name ${size} (tokenizer.json)`,
      );
    }
    this.#trie = new Uint32Array(Uint8Array.from(blob.subarray(4, 4 + size)).buffer);
    this.#replacements = blob.subarray(4 + size);
  }

  /** The replacement of the shortest prefix in the map, undefined if there is none. */
  lookUp(text: string): string | undefined {
    if (this.#known.has(text)) return this.#known.get(text);
    const value = this.#search(encoder.encode(text));
    const result = value === undefined ? undefined : this.#replacement(value);
    if (this.#known.size < 100_000) this.#known.set(text, result);
    return result;
  }

  #search(key: Uint8Array): number | undefined {
    const trie = this.#trie;
    const offset = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
    let node = offset(trie[0] as number);
    for (const byte of key) {
      if (byte === 0) return undefined;
      node ^= byte;
      const unit = trie[node];
      if (unit === undefined || (unit & 0x800000ff) !== byte) return undefined;
      node ^= offset(unit);
      if ((unit >>> 8) & 1) return (trie[node] ?? 0) & 0x7fffffff;
    }
    return undefined;
  }

  #replacement(from: number): string {
    const end = this.#replacements.indexOf(0, from);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      this.#replacements.subarray(from, end < 0 ? undefined : end),
    );
  }
}

const isAlone = (code: number): boolean =>
  code >= 0x20 && code < 0x300 && code !== 0xa9 && code !== 0xad && code !== 0xae;

/** Applies a map of characters. */
export function applyCharsmap(map: Charsmap, source: AlignedText): AlignedText {
  const { text } = source;
  const [codes, changes]: [number[], number[]] = [[], []];
  let isChanged = false;
  const replace = (old: string, content: string): void => {
    isChanged = true;
    let added = 0;
    for (const point of content) {
      codes.push(point.codePointAt(0) as number);
      changes.push(0);
      added++;
    }
    const more = added - [...old].length;
    if (more > 0) changes.fill(1, Math.max(0, codes.length - more));
    else if (more < 0 && codes.length > 0) changes[codes.length - 1] = (changes[codes.length - 1] as number) + more;
  };
  for (let at = 0; at < text.length; ) {
    const next = text.charCodeAt(at + 1);
    const end = isAlone(text.charCodeAt(at)) && !(next >= 0x300) ? at + 1 : graphemeEnd(text, at);
    const cluster = text.slice(at, end);
    at = end;
    if (cluster.length < LONGEST_CLUSTER && encoder.encode(cluster).length < LONGEST_CLUSTER) {
      const whole = map.lookUp(cluster);
      if (whole !== undefined) {
        replace(cluster, whole);
        continue;
      }
    }
    for (const point of cluster) {
      const content = map.lookUp(point);
      if (content !== undefined) replace(point, content);
      else {
        codes.push(point.codePointAt(0) as number);
        changes.push(0);
      }
    }
  }
  return isChanged ? transform(source, codes, changes) : source;
}
