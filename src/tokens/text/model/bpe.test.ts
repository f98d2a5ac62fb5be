// Byte-pair encoding of long and of non-ASCII words, against merging by the definition: the lowest rank, of equal ones the leftmost.
import { expect, test } from 'vitest';
import { tokenizerFromJson } from '../text-tokenizer.ts';
import { BYTE_CHARACTERS } from '../utf8.ts';

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

/** Merges whose ranks rise and fall: results are parts of later merges, and the order is shuffled. */
function merges(letters: readonly string[], count: number, next: (below: number) => number): [string, string][] {
  const known = [...letters];
  const found = new Map<string, [string, string]>();
  while (found.size < count) {
    const [left, right] = [known[next(known.length)] as string, known[next(known.length)] as string];
    if (left.length + right.length > 9 || found.has(`${left} ${right}`)) continue;
    found.set(`${left} ${right}`, [left, right]);
    if (!known.includes(left + right)) known.push(left + right);
  }
  const list = [...found.values()];
  for (let i = list.length - 1; i > 0; i--) {
    const other = next(i + 1);
    [list[i], list[other]] = [list[other] as [string, string], list[i] as [string, string]];
  }
  return list;
}

function byDefinition(symbols: readonly string[], list: readonly (readonly [string, string])[]): string[] {
  const ranks = new Map(list.map(([left, right], rank) => [`${left} ${right}`, rank]));
  const current = [...symbols];
  for (;;) {
    let [best, at] = [Infinity, -1];
    for (let i = 0; i + 1 < current.length; i++) {
      const rank = ranks.get(`${current[i]} ${current[i + 1]}`) ?? Infinity;
      if (rank < best) [best, at] = [rank, i];
    }
    if (at < 0) return current;
    current.splice(at, 2, `${current[at]}${current[at + 1]}`);
  }
}

const bpe = (alphabet: readonly string[], list: readonly [string, string][], bytes: boolean) => {
  const tokens = [...new Set([...alphabet, ...list.map(([left, right]) => left + right)])];
  return tokenizerFromJson({
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: bytes ? { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true } : null,
    post_processor: null,
    decoder: null,
    model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: list },
  });
};

test('long words, whatever the order of ranks', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const next = random(seed);
    const letters = [...'abcd'].slice(0, 2 + next(3));
    const list = merges(letters, 4 + next(30), next);
    const word = Array.from({ length: 97 + next(400) }, () => letters[next(letters.length)] as string);
    expect(bpe(letters, list, false).encode(word.join('')).tokens).toEqual(byDefinition(word, list));
  }
});

test('ranks that fall with every merge take no quadratic time', () => {
  // Each `aa` makes an `aab`, which comes first.
  const list: [string, string][] = [
    ['aa', 'b'],
    ['a', 'a'],
  ];
  const { tokens } = bpe(['a', 'b'], list, false).encode('aab'.repeat(100_000));
  expect(tokens.length).toBe(100_000);
  expect(new Set(tokens)).toEqual(new Set(['aab']));
}, 5000);

test('words of other scripts, though merges reach across characters', () => {
  const characters = [...'é的是不😀😁کあ'];
  const bytesOf = (text: string): string[] =>
    Array.from(new TextEncoder().encode(text), (byte) => BYTE_CHARACTERS[byte] as string);
  for (let seed = 1; seed <= 40; seed++) {
    const next = random(seed);
    const text = Array.from({ length: 60 }, () => characters[next(characters.length)]).join('');
    const symbols = bytesOf(text.slice(0, 20));
    const list = merges([...new Set(symbols)], 3 + next(60), next);
    const tokenizer = bpe(BYTE_CHARACTERS, list, true);
    for (const part of text.match(/\p{L}+|[^\p{L}]+/gu) ?? [])
      expect(tokenizer.encode(part).tokens).toEqual(byDefinition(bytesOf(part), list));
  }
});
