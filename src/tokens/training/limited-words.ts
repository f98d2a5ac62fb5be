// The words of a corpus with a limited alphabet: characters that are too rare are unknown, so a word is cut where one stands.
import { keptCharacters } from './alphabet.ts';
import type { WordSource } from './word-counts.ts';
import { eachPoint } from './word-row.ts';

/** Which characters stay. */
export interface LimitOptions {
  readonly limitAlphabet?: number | undefined;
  readonly initialAlphabet: readonly string[];
}

/** The words without rare characters: the parts between them. Without a limit the words themselves. */
export function limitedWords(source: WordSource, options: LimitOptions): WordSource {
  if (options.limitAlphabet === undefined) return source;
  const counts = new Float64Array(0x110000);
  source.each((units, from, to, count) =>
    eachPoint(units, from, to, (code) => {
      (counts[code] as number) += count;
    }),
  );
  const kept = new Uint8Array(counts.length);
  for (const code of keptCharacters(counts, options)) kept[code] = 1;
  return {
    size: source.size,
    each: (visit) =>
      source.each((units, from, to, count, first) => {
        let begin = from;
        eachPoint(units, from, to, (code, start, end) => {
          if (kept[code]) return;
          if (start > begin) visit(units, begin, start, count, first);
          begin = end;
        });
        if (to > begin) visit(units, begin, to, count, first);
      }),
  };
}
