// `tesserae tokenizer convert`: a tokenizer in another format, where nothing is lost.
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { resolveModel, writeFileAtomic } from '../../checkpoints/index.node.ts';
import { loadTokenizer } from '../../tokens/index.node.ts';
import { convertTokenizer, TokenizerError, type TokenizerFormat } from '../../tokens/index.ts';
import { type Args, type Command, required, text, UsageError } from '../command.ts';

/** Formats by how the target is called. */
const targets: readonly (readonly [RegExp, TokenizerFormat])[] = [
  [/vocab\.txt$/, 'vocab.txt'],
  [/vocab\.json$/, 'vocab-merges'],
  [/\.tiktoken$/, 'tiktoken'],
  [/\.json$/, 'tokenizer.json'],
];

const NOT_WRITTEN =
  'SentencePiece’s *.model is read, not written: it has no place for pre-tokenizers, special tokens around texts and flags of added tokens, and merges by scores, which a tokenizer.json does not have; take tokenizer.json';

/** The format, and the name of its file where the target names one; without it the target is a folder. */
function targetOf(args: Args, out: string): readonly [TokenizerFormat, string | undefined] {
  const format = text(args, 'format');
  const found = targets.find(([shape, name]) => (format === undefined ? shape.test(out) : name === format));
  if (/\.(model|spm)$/.test(out) && found?.[0].test(out) !== true) throw new UsageError(`--out ${out}: ${NOT_WRITTEN}`);
  if (format === 'sentencepiece') throw new UsageError(`--format ${format}: ${NOT_WRITTEN}`);
  if (format !== undefined && !found)
    throw new UsageError(`--format: expected ${targets.map(([, name]) => name).join(', ')}, got '${format}'`);
  if (found) return [found[1], found[0].test(out) ? basename(out) : undefined];
  if (/\.[a-z]+$/i.test(basename(out)))
    throw new UsageError(`--out: expected tokenizer.json, vocab.txt, vocab.json, *.tiktoken or a folder, got '${out}'`);
  return ['tokenizer.json', undefined];
}

/** What a folder says of its tokenizer, beside what a conversion knows: chat templates, lengths. */
const SETTINGS = 'tokenizer_config.json';

/** @throws TokenizerError where a folder has settings already, and they are others */
async function mustBeFree(path: string, content: string): Promise<void> {
  const present = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (present === undefined || present === content) return;
  throw new TokenizerError(
    `convert: expected no ${SETTINGS}, or the same one, got another (${path})\nName another folder, or move the file away: it may say what the new one does not.`,
  );
}

export const command: Command = {
  words: 1,
  flags: { out: { type: 'string' }, format: { type: 'string' } },
  run: async (args, io) => {
    const from = required(args, 0, 'a tokenizer to convert');
    const out = text(args, 'out');
    if (out === undefined) throw new UsageError('expected --out TO, got nothing');
    const [format, named] = targetOf(args, out);
    const tokenizer = await loadTokenizer(await resolveModel(from, { wanted: 'tokenizer' }));
    const files = convertTokenizer(tokenizer.toJSON(), format, named);
    const folder = named === undefined ? out : dirname(out);
    await mkdir(folder, { recursive: true });
    if (files[SETTINGS] !== undefined) await mustBeFree(join(folder, SETTINGS), files[SETTINGS]);
    const written: string[] = [];
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      await writeFileAtomic(path, content);
      written.push(path);
    }
    if (io.json) io.out(JSON.stringify({ format, files: written }));
    else for (const path of written) io.out(path);
    return undefined;
  },
};
