// `tesserae tokenizer convert`: a tokenizer in another format, where nothing is lost.
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { resolveModel, writeFileAtomic } from '../../checkpoints/index.node.ts';
import { loadTokenizer } from '../../tokens/index.node.ts';
import { convertTokenizer, type TokenizerFormat } from '../../tokens/index.ts';
import { type Args, type Command, required, text, UsageError } from '../command.ts';

/** Formats by how the target is called, and the name of the file that carries the target's own name. */
const targets: readonly (readonly [RegExp, TokenizerFormat, string])[] = [
  [/vocab\.txt$/, 'vocab.txt', 'vocab.txt'],
  [/vocab\.json$/, 'vocab-merges', 'vocab.json'],
  [/\.tiktoken$/, 'tiktoken', 'vocab.tiktoken'],
  [/\.json$/, 'tokenizer.json', 'tokenizer.json'],
];

function targetOf(args: Args, out: string): readonly [TokenizerFormat, string | undefined] {
  const format = text(args, 'format');
  const found = targets.find(([shape, name]) => (format === undefined ? shape.test(out) : name === format));
  if (format !== undefined && !found)
    throw new UsageError(`--format: expected ${targets.map(([, name]) => name).join(', ')}, got '${format}'`);
  if (found) return [found[1], found[0].test(out) ? found[2] : undefined];
  if (/\.[a-z]+$/i.test(basename(out)))
    throw new UsageError(`--out: expected tokenizer.json, vocab.txt, vocab.json, *.tiktoken or a folder, got '${out}'`);
  return ['tokenizer.json', undefined];
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
    const files = convertTokenizer(tokenizer.toJSON(), format);
    const folder = named === undefined ? out : dirname(out);
    await mkdir(folder, { recursive: true });
    const written: string[] = [];
    for (const [name, content] of Object.entries(files)) {
      const path = name === named ? out : join(folder, name);
      await writeFileAtomic(path, content);
      written.push(path);
    }
    if (io.json) io.out(JSON.stringify({ format, files: written }));
    else for (const path of written) io.out(path);
    return undefined;
  },
};
