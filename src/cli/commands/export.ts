// `tesserae export`: a run as a plain checkpoint or an ONNX folder.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveCheckpoint, writeFileAtomic } from '../../checkpoints/index.node.ts';
import { toFileNames } from '../../models/index.ts';
import { openModel } from '../../tasks/index.node.ts';
import { exportOnnx } from '../../tasks/index.ts';
import { type Command, required, text, UsageError } from '../command.ts';
import { hubOptions } from '../context.ts';

const COMPANIONS = ['tokenizer.json', 'tokenizer_config.json', 'README.md'];

export const command: Command = {
  flags: { format: { type: 'string' }, out: { type: 'string' }, dtype: { type: 'string' } },
  run: async (args, io) => {
    const name = required(args, 0, 'a run folder or a model name');
    const format = text(args, 'format') ?? 'onnx';
    const out = text(args, 'out') ?? join(existsSync(name) ? name : name.replace(/[/@]/g, '-'), `export-${format}`);
    const dtype = text(args, 'dtype') ?? 'float32';
    if (dtype !== 'float32' && dtype !== 'float16' && dtype !== 'bfloat16')
      throw new UsageError(`--dtype: expected float32, float16 or bfloat16, got '${dtype}'`);
    const { dir, model, parameters } = await openModel(name, hubOptions(io));
    const found = await Promise.all(
      COMPANIONS.map(async (name) => [name, await readFile(join(dir, name)).catch(() => undefined)] as const),
    );
    const files = Object.fromEntries(found.flatMap(([name, bytes]) => (bytes ? [[name, bytes] as const] : [])));
    if (format === 'safetensors') {
      await saveCheckpoint(out, { config: model.config, arrays: toFileNames(model, parameters), dtype, files });
    } else if (format === 'onnx') {
      await writeFileAtomic(join(out, 'onnx', 'model.onnx'), exportOnnx(model, parameters));
      await writeFileAtomic(join(out, 'config.json'), `${JSON.stringify(model.config, null, 2)}\n`);
      for (const [name, bytes] of Object.entries(files)) await writeFileAtomic(join(out, name), bytes);
    } else throw new UsageError(`--format: expected onnx or safetensors, got '${format}'`);
    io.note(`wrote ${out}\n`);
    if (io.json) io.out(JSON.stringify({ out, format }));
    return undefined;
  },
};
