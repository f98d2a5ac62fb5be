// The words of a small corpus for replays: lines `word count`, or running text cut as the algorithm cuts it.
import { TokenizerError } from '../tokenizer.ts';
import { surroundingsOf, type TokenizerAlgorithm } from './algorithms.ts';
import { corpusBlocks } from './corpus.node.ts';
import { corpusFiles } from './inputs.node.ts';
import { wordRule } from './line-words.ts';
import { WordCounts } from './word-counts.ts';

const COUNTED = /^\s*(\S+)[\s:,×]+(\d+)\s*$/;

/** Distinct words with counts, in the order in which they are met. @throws TokenizerError for a corpus without words */
export async function corpusWords(
  name: string,
  algorithm: TokenizerAlgorithm,
): Promise<[word: string, count: number][]> {
  const counts = new WordCounts();
  for (const file of await corpusFiles([name])) {
    const blocks: string[] = [];
    for await (const block of corpusBlocks(file)) blocks.push(block);
    const lines = blocks.join('').match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const full = lines.filter((line) => line.trim() !== '');
    if (full.length > 0 && full.every((line) => COUNTED.test(line)))
      for (const line of full) {
        const [, word = '', count = '0'] = COUNTED.exec(line) as RegExpExecArray;
        counts.add(word, 0, word.length, Number(count));
      }
    else {
      const { normalizer, preTokenizer } = surroundingsOf({ algorithm });
      const { words } = wordRule(normalizer, preTokenizer);
      for (const line of lines) words(line, 0, line.length, counts);
    }
  }
  if (counts.size === 0) throw new TokenizerError(`replay: expected words in the corpus, got none (${name})`);
  return Array.from({ length: counts.size }, (_, i) => [counts.word(i), counts.count(i)]);
}
