// Text → tokens of every size, with their places; trained here, cut, decoded. Run: npx tsx examples/16-tokens-of-text.ts
import { replayTraining, type TokenizerAlgorithm, trainTokenizer } from '../src/tokens/index.ts';

// How byte-pair encoding learns: the most frequent pair becomes a token, again and again.
const counted = [
  ['hug', 10],
  ['pug', 5],
  ['pun', 12],
  ['bun', 4],
  ['hugs', 5],
] as const;
const replay = replayTraining(counted, { algorithm: 'bpe', merges: 3 }, ['bug', 'mug']);
for (const { chosen } of replay.steps) console.log(chosen.token, 'from a pair met', chosen.count, 'times');

// The same lines under every way to cut. Offsets are places in the original, in UTF-16 units.
const lines = ['the hugs of the pug', 'the pun on the bun', 'a pug hugs the bun', '我喜欢这道菜', '这道菜我喜欢'];
const text = 'the pug hugs 我喜欢 😀';
const algorithms: readonly TokenizerAlgorithm[] = ['word', 'char', 'bpe', 'byte-bpe', 'wordpiece', 'unigram'];
for (const algorithm of algorithms) {
  const tokenizer = trainTokenizer(lines, { algorithm, vocabSize: algorithm === 'byte-bpe' ? 280 : 60 });
  const { ids, offsets } = tokenizer.encode(text);
  console.log(
    `${algorithm}: ${ids.length} tokens`,
    offsets.map(([from, to]) => text.slice(from, to)).join('|'),
    '→',
    JSON.stringify(tokenizer.decode(ids, { skipSpecialTokens: true })),
  );
}

// Decoded as they come: a character appears when its last byte is there.
const bytes = trainTokenizer(lines, { algorithm: 'byte-bpe', vocabSize: 260 });
const stream = bytes.decodeStream();
console.log(
  bytes.encodeIds('这 😀').map((id) => stream.push(id)),
  stream.end(),
);

// A batch for a model: filled up to one length, with the mask that says what counts.
const padding = trainTokenizer(lines, { algorithm: 'wordpiece', vocabSize: 60, specialTokens: ['[PAD]', '[UNK]'] });
for (const { ids, attentionMask } of padding.encodeBatch([lines[0] as string, '我喜欢'], { padding: 'longest' }))
  console.log(ids, attentionMask);
