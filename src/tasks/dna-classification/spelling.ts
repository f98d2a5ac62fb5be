// Bases as text that a tokenizer reads: k-mers become words, as DNABERT's files have them; byte-pair tokenizers read bases as they are.
import { dnabertVocabulary, type Tokenizer, trainTokenizer, vocabularyTokens } from '../../tokens/index.ts';
import { frames, templateOf, wordTokenizer } from '../tokenizer.ts';
import type { DnaClassificationRecipe } from './recipe.ts';

/** How bases are written for a tokenizer; `spelling` in `preprocessor_config.json`. */
export type Spelling =
  | { readonly kind: 'kmer'; readonly k: number; readonly overlap: boolean }
  | { readonly kind: 'plain' };

/** `ACGTA` in overlapping 3-mers is `ACG CGT GTA`; one after the other `ACG TA`. Sequences shorter than k are one word. */
export function spell(sequence: string, spelling: Spelling): string {
  if (spelling.kind === 'plain') return sequence;
  const { k, overlap } = spelling;
  const words: string[] = [];
  const last = overlap ? Math.max(1, sequence.length - k + 1) : sequence.length;
  for (let at = 0; at < last; at += overlap ? 1 : k) words.push(sequence.slice(at, at + k));
  return words.join(' ');
}

/** The spelling of a new run. */
export function spellingOf({ kind, k, overlap }: DnaClassificationRecipe['tokens']): Spelling {
  return kind === 'kmer' ? { kind, k, overlap } : { kind: 'plain' };
}

/** The spelling that a vocabulary asks for: all k-mers of one length are DNABERT's; anything else reads bases as they are. */
export function spellingFor(tokenizer: Tokenizer): Spelling {
  const word = tokenizer.idToToken(tokenizer.vocabSize - 1) ?? '';
  const isKmers = /^[ACGT]+$/.test(word) && tokenizer.vocabSize === 4 ** word.length + 5;
  return isKmers ? { kind: 'kmer', k: word.length, overlap: true } : { kind: 'plain' };
}

/** A new run's tokenizer: DNABERT's vocabulary of k-mers, or byte pairs learned from the sequences. */
export function dnaTokenizer(sequences: readonly string[], tokens: DnaClassificationRecipe['tokens']): Tokenizer {
  if (tokens.kind === 'kmer') return wordTokenizer(vocabularyTokens(dnabertVocabulary(tokens.k)), frames.encoder);
  return trainTokenizer(sequences, {
    algorithm: 'dna-bpe',
    vocabSize: tokens.vocabSize,
    specialTokens: Object.values(frames.encoder.names),
    postProcessor: templateOf(frames.encoder),
  });
}
