// Stanford Sentiment Treebank lines: `(3 (2 It) (4 …))`, every bracket a phrase with a label 0 … 4.
import { DataError } from '../dataset.ts';

/** A phrase with its label; the first of a line is the whole sentence. */
export interface Phrase {
  readonly text: string;
  readonly label: number;
}

/** All phrases of one line, the sentence first. @throws DataError for unbalanced brackets */
export function phrasesOf(line: string, where: string): Phrase[] {
  const tokens = line.match(/[()]|[^\s()]+/g) ?? [];
  const phrases: Phrase[] = [];
  let at = 0;
  const read = (): string => {
    if (tokens[at++] !== '(')
      throw new DataError(`phrasesOf: expected '(', got '${tokens[at - 1] ?? 'the end'}' (${where})`);
    const label = Number(tokens[at++]);
    const place = phrases.push({ text: '', label }) - 1;
    const words: string[] = [];
    while (tokens[at] !== ')') {
      if (at >= tokens.length) throw new DataError(`phrasesOf: expected ')', got the end (${where})`);
      words.push(tokens[at] === '(' ? read() : unescaped(tokens[at++] as string));
    }
    at++;
    const text = words.join(' ');
    phrases[place] = { text, label };
    return text;
  };
  read();
  return phrases;
}

function unescaped(word: string): string {
  return word.replace(/-LRB-/g, '(').replace(/-RRB-/g, ')').replace(/\\\//g, '/');
}
