// `tesserae tokenizer compare`: one text under several tokenizers, side by side.
import { loadEmojiGroups } from '../../data/index.node.ts';
import { compareDictionaries, comparePage, type PageLanguage } from '../../lens/index.ts';
import { loadTokenizer } from '../../tokens/index.node.ts';
import {
  builtinCutter,
  builtinCutters,
  type ComparedToken,
  type Comparison,
  type Cutter,
  compareTokenizers,
  cutterOf,
} from '../../tokens/index.ts';
import { type Command, required, text, UsageError } from '../command.ts';
import { writePage } from '../output.ts';
import { languageOf } from './tokenizer-replay.ts';

let names: readonly string[] | undefined;

/** Names and keywords of emoji in English and Chinese: what the built-in ways learn from. */
async function emojiNames(): Promise<readonly string[]> {
  if (names) return names;
  const { splits } = await loadEmojiGroups({ languages: ['en', 'zh'] });
  names = Object.values(splits).flatMap((examples) => examples.map((example) => `${example.text}\n`));
  return names;
}

async function cutterNamed(name: string): Promise<Cutter> {
  if (builtinCutters.includes(name)) return builtinCutter(name, await emojiNames()) as Cutter;
  try {
    return cutterOf(name, await loadTokenizer(name));
  } catch (error) {
    throw new UsageError(
      `--with: expected ${builtinCutters.join(', ')} or a tokenizer's file, got '${name}': ${(error as Error).message}`,
    );
  }
}

const TINTS = [44, 42, 45, 46, 43];

/** The text with its tokens in colour, or between bars; what no token covers stays plain. */
function painted(source: string, tokens: readonly ComparedToken[], isColoured: boolean): string {
  let [line, at] = ['', 0];
  tokens.forEach((token, i) => {
    line += source.slice(at, Math.max(at, token.start));
    const from = Math.max(at, token.start);
    at = Math.max(at, token.end);
    const piece = source.slice(from, at).replace(/\n/g, '⏎');
    if (piece === '') return;
    if (isColoured) line += `\x1b[${token.unknown ? '7' : `30;${TINTS[i % TINTS.length]}`}m${piece}\x1b[0m`;
    else line += `${i > 0 ? '|' : ''}${piece}`;
  });
  return line + source.slice(at);
}

/** The comparison as text. */
export function comparisonText(comparison: Comparison, language: PageLanguage, isColoured: boolean): string {
  const say = compareDictionaries[language];
  const lines = [`${say.text}: ${comparison.text}`, `${say.misspelt}: ${comparison.misspelling}`];
  for (const row of comparison.rows) {
    lines.push(
      '',
      `${row.name}: ${row.count} ${say.tokens}, ${row.charactersPerToken.toFixed(2)} ${say.characters}, ${row.bytesPerToken.toFixed(2)} ${say.bytes}, ${row.fertility.toFixed(2)} ${say.fertility}, ${row.unknown} ${say.unknown}`,
    );
    lines.push(`  ${painted(comparison.text, row.tokens, isColoured)}`);
    lines.push(`  ${row.tokens.map((one) => one.token).join(' ')}`);
    const { misspelt } = row;
    lines.push(
      `  ${say.misspelt}: ${painted(comparison.misspelling, misspelt.tokens, isColoured)}  ${misspelt.count} ${say.tokens}, ${misspelt.survived} ${say.survived}, ${misspelt.unknown} ${say.unknown}`,
    );
  }
  return lines.join('\n');
}

export const command: Command = {
  words: 1,
  flags: {
    with: { type: 'string' },
    misspelling: { type: 'string' },
    language: { type: 'string' },
    html: { type: 'string' },
  },
  run: async (args, io) => {
    const source = required(args, 0, 'a text');
    const language = languageOf(args);
    const asked = (text(args, 'with') ?? builtinCutters.join(',')).split(',').filter(Boolean);
    const cutters: Cutter[] = [];
    for (const name of asked) cutters.push(await cutterNamed(name));
    const comparison = compareTokenizers(source, cutters, text(args, 'misspelling'));
    const html = text(args, 'html');
    if (html !== undefined) {
      await writePage(html, comparePage(comparison, language), io);
    }
    const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR;
    if (io.json) io.out(JSON.stringify(comparison));
    else if (html === undefined) io.out(comparisonText(comparison, language, isColoured));
    return undefined;
  },
};
