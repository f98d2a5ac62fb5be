// `tesserae export`: a run or a model as an ONNX folder that Transformers.js opens, or as a plain checkpoint.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Exported, exportFolder, openModel } from '../../tasks/index.node.ts';
import { ExportError, type ExportTarget, exportTarget } from '../../tasks/index.ts';
import { type Args, type Command, type Io, required, text, texts, UsageError } from '../command.ts';
import { hubOptions } from '../context.ts';

/** @throws UsageError for a format or an element type that there is not */
function targetOf(args: Args): ExportTarget {
  try {
    const dtypes = texts(args, 'dtype').flatMap((given) => given.split(','));
    return exportTarget(text(args, 'format') ?? 'onnx', dtypes);
  } catch (error) {
    if (error instanceof ExportError) throw new UsageError(`--${error.message}`, { cause: error });
    throw error;
  }
}

function announce({ out, format, files, known, notes }: Exported, io: Io): void {
  for (const [path, bytes] of Object.entries(files)) {
    if (/\.(onnx|onnx_data|safetensors)$/.test(path)) io.note(`  ${path}  ${(bytes / 1e6).toFixed(2)} MB\n`);
  }
  for (const note of notes) io.note(`note: ${note}\n`);
  io.note(`wrote ${out}${known ? ` (Transformers.js: pipeline('${known.task}', …))` : ''}\n`);
  if (io.json) io.out(JSON.stringify({ out, format, ...(known ? { task: known.task } : {}), files, notes }));
}

export const command: Command = {
  words: 1,
  flags: {
    format: { type: 'string' },
    out: { type: 'string' },
    dtype: { type: 'string', multiple: true },
    overwrite: { type: 'boolean' },
  },
  run: async (args, io) => {
    const name = required(args, 0, 'a run folder or a model name');
    const target = targetOf(args);
    const beside = existsSync(name) ? name : name.replace(/[/@]/g, '-');
    const out = text(args, 'out') ?? join(beside, `export-${target.format}`);
    const opened = await openModel(name, hubOptions(io));
    announce(await exportFolder(opened, out, target, { overwrite: args.values.overwrite === true }), io);
    return undefined;
  },
};
