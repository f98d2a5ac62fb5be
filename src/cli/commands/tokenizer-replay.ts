// `tesserae tokenizer replay`: every training step with its counts, then how words are cut.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filled, type PageLanguage, replayDictionaries, replayPage, visible } from '../../lens/index.ts';
import { corpusWords } from '../../tokens/index.node.ts';
import {
  type Replay,
  type ReplayOptions,
  replayTokenizer,
  replayTraining,
  type TokenizerJson,
} from '../../tokens/index.ts';
import { type Args, type Command, integer, required, text, UsageError } from '../command.ts';
import { writePage } from '../output.ts';
import { algorithmOf, scoreOf } from './tokenizer-train.ts';

/** `--language`, else the locale's. @throws UsageError for another */
export function languageOf(args: Args): PageLanguage {
  const asked = text(args, 'language');
  if (asked !== undefined && asked !== 'en' && asked !== 'zh')
    throw new UsageError(`--language: expected en or zh, got '${asked}'`);
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  return asked ?? (locale.toLowerCase().startsWith('zh') ? 'zh' : 'en');
}

async function tokenizerJson(path: string): Promise<TokenizerJson | undefined> {
  const info = await stat(path).catch(() => undefined);
  const file = info?.isDirectory() ? join(path, 'tokenizer.json') : path;
  if (!file.endsWith('.json')) return undefined;
  const json = JSON.parse(await readFile(file, 'utf8')) as TokenizerJson;
  return typeof json.model === 'object' ? json : undefined;
}

async function replayed(args: Args): Promise<Replay> {
  const source = required(args, 0, 'a tokenizer.json or a corpus');
  const ask = args.positionals.slice(1);
  const json = await tokenizerJson(source);
  if (json) return replayTokenizer(json, ask);
  const algorithm = algorithmOf(args) ?? 'bpe';
  if (algorithm !== 'bpe' && algorithm !== 'byte-bpe' && algorithm !== 'wordpiece' && algorithm !== 'unigram')
    throw new UsageError(`--algorithm: expected bpe, byte-bpe, wordpiece or unigram, got '${algorithm}'`);
  const options: ReplayOptions = {
    algorithm,
    vocabSize: integer(args, 'vocab-size'),
    minFrequency: integer(args, 'min-frequency'),
    merges: integer(args, 'merges'),
    score: scoreOf(args),
  };
  return replayTraining(await corpusWords(source, algorithm), options, ask);
}

/** Pairs shown per step in the terminal. */
const MOST_PAIRS = 12;
/** Words and rules shown in the terminal. */
const MOST = 40;

function cut<T>(items: readonly T[], most: number, shown: (item: T) => string, between: string): string {
  const rest = items.length - most;
  return items.slice(0, most).map(shown).join(between) + (rest > 0 ? `${between}… (+${rest})` : '');
}

/** The replay as text. */
export function replayText(replay: Replay, language: PageLanguage): string {
  const say = replayDictionaries[language];
  const lines: string[] = [];
  const corpus = (words: Replay['corpus']): string =>
    cut(words, MOST, (one) => `${one.pieces.join(' ')} ×${one.count}`, ' · ');
  lines.push(`${say.alphabet} (${replay.alphabet.length}): ${cut(replay.alphabet, 200, (one) => one, ' ')}`);
  if (replay.corpus.length > 0) lines.push(`${say.corpus}: ${corpus(replay.corpus)}`);
  replay.steps.forEach((step, i) => {
    const { chosen } = step;
    const value = (one: typeof chosen | (typeof step.pairs)[number]): string =>
      one.score === undefined
        ? String(one.count)
        : `${one.count}/(${one.frequencies?.join('·')}) = ${one.score.toPrecision(3)}`;
    lines.push('', filled(say.step, { step: i + 1, steps: replay.steps.length }));
    lines.push(`  ${say.pairs}: ${cut(step.pairs, MOST_PAIRS, (one) => `${one.pair.join(' ')} ${value(one)}`, ' · ')}`);
    const tied = step.tied > 1 ? `  (${filled(say.tied, { count: step.tied })})` : '';
    lines.push(`  ${say.chosen}: ${chosen.pair.join(' ')} (${value(chosen)}) → ${chosen.token}${tied}`);
    lines.push(`  ${say.corpus}: ${corpus(step.corpus)}`);
    lines.push(`  ${say.rules}: ${cut(step.rules, MOST, (rule) => rule.join(' '), ' · ')}`);
    lines.push(`  ${say.vocabulary} (${step.vocabulary.length}): ${cut(step.vocabulary, 100, (one) => one, ' ')}`);
  });
  replay.prunings.forEach((pruning, i) => {
    lines.push('', filled(say.prunings, { step: i + 1, steps: replay.prunings.length }));
    lines.push(`  ${say[pruning.kind === 'loss' ? 'pruning' : pruning.kind]} (${pruning.pieces.length})`);
    for (const piece of pruning.pieces.slice(0, MOST)) {
      const expected = piece.expected === undefined ? '' : `  ${say.expected} ${piece.expected.toFixed(3)}`;
      const loss = piece.loss === undefined ? '' : `  ${say.loss} ${piece.loss.toExponential(2)}`;
      lines.push(
        `    ${piece.token}  ln p ${piece.score.toFixed(3)}${expected}${loss}  ${piece.kept ? say.kept : say.dropped}`,
      );
    }
  });
  if (replay.steps.length === 0 && replay.rules.length > 0)
    lines.push(`${say.rules} (${replay.rules.length}): ${cut(replay.rules, MOST, (rule) => rule.join(' '), ' · ')}`);
  if (replay.scores)
    lines.push(
      '',
      `${say.vocabulary} (${replay.vocabulary.length}): ${cut(replay.vocabulary, MOST, (one) => one, ' ')}`,
    );
  for (const word of replay.words) {
    lines.push('', `${word.word} → ${word.tokens.join(' ')}`);
    for (const step of word.steps) {
      const how = step.rule
        ? `${say.rule} ${step.rule.join(' ')}: `
        : step.tried
          ? `${say.tried} ${step.tried.join(', ')}: `
          : '';
      lines.push(`  ${how}${step.pieces.join(' ')}`);
    }
    if (word.lattice) lines.push(`  ${say.lattice}:`);
    for (const edge of word.lattice ?? [])
      lines.push(
        `  ${edge.chosen ? '*' : ' '} [${edge.from}, ${edge.to}) ${edge.token}  ${edge.score.toFixed(3)}  Σ ${edge.best.toFixed(3)}`,
      );
  }
  return lines.map(visible).join('\n');
}

export const command: Command = {
  flags: {
    algorithm: { type: 'string' },
    score: { type: 'string' },
    'vocab-size': { type: 'string' },
    'min-frequency': { type: 'string' },
    merges: { type: 'string' },
    language: { type: 'string' },
    html: { type: 'string' },
  },
  run: async (args, io) => {
    const language = languageOf(args);
    const replay = await replayed(args);
    const html = text(args, 'html');
    if (html !== undefined) {
      await writePage(html, replayPage(replay, language), io);
    }
    if (io.json) io.out(JSON.stringify(replay));
    else if (html === undefined) io.out(replayText(replay, language));
    return undefined;
  },
};
