// `vocab.json` and `merges.txt`: byte-level BPE as GPT-2, RoBERTa and CLIP publish it.
import { TokenizerError, type TokenizerJson } from '../../tokenizer.ts';
import { addedToken } from './json-parts.ts';
import { classNameOf } from './tokenizer-config.ts';

/** Whose conventions hold around the vocabulary. */
export type ByteLevelFamily = 'gpt2' | 'roberta' | 'clip';

/** Options of {@link vocabMergesJson}. */
export interface VocabMergesOptions {
  readonly family?: ByteLevelFamily;
  readonly addPrefixSpace?: boolean;
}

const CLIP_WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** Lines `left right`, the first of them perhaps `#version`. @throws TokenizerError with the line */
export function readMerges(text: string): [string, string][] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  return lines.flatMap((line, i): [string, string][] => {
    if (line === '' || (i === 0 && line.startsWith('#version'))) return [];
    const parts = line.split(' ');
    if (parts.length !== 2)
      throw new TokenizerError(
        `readMerges: expected two tokens, got ${JSON.stringify(line.slice(0, 60))} (merges.txt, line ${i + 1})`,
      );
    return [parts as [string, string]];
  });
}

const families: Readonly<Record<string, ByteLevelFamily>> = {
  GPT2: 'gpt2',
  Roberta: 'roberta',
  Bart: 'roberta',
  Longformer: 'roberta',
  CLIP: 'clip',
};

/** What a parsed `tokenizer_config.json` says about the vocabulary beside it. */
export function vocabMergesOptions(settings: Readonly<Record<string, unknown>>): VocabMergesOptions {
  const family = families[classNameOf(settings)];
  return { ...(family ? { family } : {}), addPrefixSpace: settings.add_prefix_space === true };
}

/** The name of the merges that belong to a vocabulary. */
export function mergesNameOf(vocabulary: string): string {
  return vocabulary.replace('vocab.json', 'merges.txt').replace(/^encoder\.json(\.gz)?$/, 'vocab.bpe');
}

function familyOf(vocab: Readonly<Record<string, number>>): ByteLevelFamily {
  if (vocab['<|startoftext|>'] !== undefined && vocab['a</w>'] !== undefined) return 'clip';
  return vocab['<s>'] !== undefined && vocab['</s>'] !== undefined ? 'roberta' : 'gpt2';
}

/** The `tokenizer.json` of a vocabulary and merges. Without a family, the vocabulary's special tokens tell. */
export function vocabMergesJson(
  vocab: Readonly<Record<string, number>>,
  merges: readonly (readonly [string, string])[],
  options: VocabMergesOptions = {},
): TokenizerJson {
  const { family = familyOf(vocab), addPrefixSpace = false } = options;
  const byteLevel = { type: 'ByteLevel', add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: true };
  const names = {
    gpt2: ['<|endoftext|>'],
    roberta: ['<s>', '<pad>', '</s>', '<unk>', '<mask>'],
    clip: ['<|startoftext|>', '<|endoftext|>'],
  }[family].filter((token) => vocab[token] !== undefined);
  const around = (cls: string, sep: string, trim: boolean): TokenizerJson => ({
    type: 'RobertaProcessing',
    sep: [sep, vocab[sep]],
    cls: [cls, vocab[cls]],
    trim_offsets: trim,
    add_prefix_space: addPrefixSpace,
  });
  const isClip = family === 'clip';
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: names.map((content) =>
      addedToken(vocab[content] as number, content, { lstrip: content === '<mask>' }),
    ),
    normalizer: isClip
      ? {
          type: 'Sequence',
          normalizers: [
            { type: 'NFC' },
            { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
            { type: 'Lowercase' },
          ],
        }
      : null,
    pre_tokenizer: isClip
      ? {
          type: 'Sequence',
          pretokenizers: [
            { type: 'Split', pattern: { Regex: CLIP_WORDS }, behavior: 'Removed', invert: true },
            { ...byteLevel, add_prefix_space: false },
          ],
        }
      : byteLevel,
    post_processor:
      family === 'gpt2'
        ? { ...byteLevel, trim_offsets: false }
        : isClip
          ? around('<|startoftext|>', '<|endoftext|>', false)
          : around('<s>', '</s>', true),
    decoder: isClip
      ? {
          type: 'Sequence',
          decoders: [
            { ...byteLevel, add_prefix_space: true },
            { type: 'Replace', pattern: { String: '</w>' }, content: ' ' },
          ],
        }
      : byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: isClip ? '<|endoftext|>' : null,
      continuing_subword_prefix: '',
      end_of_word_suffix: isClip ? '</w>' : '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges,
    },
  };
}
