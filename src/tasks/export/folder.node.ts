// An export as a folder: ONNX in the layout of Transformers.js, or a plain checkpoint.
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DType } from '../../array/index.ts';
import { saveCheckpoint, writeFileAtomic } from '../../checkpoints/index.node.ts';
import { jsonText } from '../../checkpoints/index.ts';
import { type HubConfig, toFileNames } from '../../models/index.ts';
import { loadTokenizer } from '../../tokens/index.node.ts';
import type { OpenModel } from '../forward.node.ts';
import { exportCard, publishedCard } from '../model-card.ts';
import { testedIn } from '../tested.node.ts';
import { withDtype, withFields } from './config-text.ts';
import { exportConfig, generationConfig, specialTokens } from './configs.ts';
import { ExportError, type ExportTarget } from './formats.ts';
import { exportOnnx, factsOf, type OnnxFacts, type OnnxFile, type OnnxOptions } from './onnx.ts';
import { forPreparedPictures } from './prepared-pictures.ts';
import { type KnownClass, knownClass } from './transformers-js.ts';

/** Options of `exportFolder`. */
export interface ExportOptions extends Pick<OnnxOptions, 'externalAbove'> {
  /** Write into a folder that has something in it. */
  readonly overwrite?: boolean;
}

/** What was written. */
export interface Exported {
  readonly out: string;
  readonly format: ExportTarget['format'];
  /** Sizes in bytes by path inside the folder. */
  readonly files: Readonly<Record<string, number>>;
  /** What Transformers.js takes the model for; undefined when it does not know the class, or for a checkpoint. */
  readonly known?: KnownClass;
  /** What is missing for others to use it. */
  readonly notes: readonly string[];
}

/** Files of a checkpoint that go along as they are, where they are there. */
const COMPANIONS = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'preprocessor_config.json',
  'processor_config.json',
  'generation_config.json',
  'README.md',
] as const;

/** Tokenizers that are no tokenizer.json, which a checkpoint is read by as it was. */
const TOKENIZER_FILES = [
  ...['vocab.txt', 'vocab.json', 'merges.txt', 'spiece.model', 'sentencepiece.bpe.model', 'tokenizer.model'],
  ...['source.spm', 'target.spm'],
] as const;

type Files = Record<string, string | Uint8Array>;

const parsed = (text: string | Uint8Array): HubConfig =>
  JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text));

/** The files of these names that the folder has. */
async function filesIn(dir: string, names: readonly string[]): Promise<Files> {
  const found = await Promise.all(
    names.map(async (name) => [name, await readFile(join(dir, name)).catch(() => undefined)] as const),
  );
  return Object.fromEntries(found.flatMap(([name, bytes]) => (bytes ? [[name, bytes] as const] : [])));
}

async function companionsOf(dir: string): Promise<Files> {
  const files = await filesIn(dir, COMPANIONS);
  const { 'README.md': card } = files;
  if (!card) return files;
  const own = new TextDecoder().decode(card as Uint8Array);
  const tested = await testedIn(dir);
  const told = tested && { split: tested.evaluation.split, report: tested.report };
  return { ...files, 'README.md': publishedCard(own, told) };
}

/** The model's `config.json` as it stands in its folder. */
async function configText({ dir, model }: OpenModel): Promise<string> {
  const text = await readFile(join(dir, 'config.json'), 'utf8').catch(() => undefined);
  return text ?? jsonText(model.config);
}

/** A tokenizer of other files as tokenizer.json; undefined when there is none. */
async function convertedTokenizer(dir: string): Promise<string | undefined> {
  const tokenizer = await loadTokenizer(dir).catch(() => undefined);
  return tokenizer && `${JSON.stringify(tokenizer.toJSON())}\n`;
}

/** Adds what a tokenizer needs beside tokenizer.json. */
async function withTokenizer(files: Files, { dir, model }: OpenModel): Promise<Files> {
  const tokenizer = files['tokenizer.json'] ?? (await convertedTokenizer(dir));
  if (!tokenizer) return files;
  const config =
    files['tokenizer_config.json'] ??
    jsonText({ tokenizer_class: 'PreTrainedTokenizerFast', model_max_length: model.maxLength });
  const special = files['special_tokens_map.json'] ?? jsonText(specialTokens(parsed(config)));
  return { ...files, 'tokenizer.json': tokenizer, 'tokenizer_config.json': config, 'special_tokens_map.json': special };
}

/** @throws ExportError when the folder holds something and may not be written into */
async function requireFree(out: string, overwrite: boolean): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new ExportError(`export: expected a folder to write into, got ${error.code} (${out})`, { cause: error });
  });
  if (names.length > 0 && !overwrite) {
    throw new ExportError(
      `export: expected an empty folder or none, got one with ${names.length} files (${out}); name another one, or overwrite it (overwrite: true, --overwrite)`,
    );
  }
}

/** Writes the pieces of a data file one after the other. */
async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeGraph(out: string, file: OnnxFile): Promise<OnnxFacts> {
  const { name, written } = file;
  await writeFileAtomic(join(out, 'onnx', name), written.bytes);
  if (written.externalData.length > 0) await writePieces(join(out, 'onnx', `${name}_data`), written.externalData);
  return factsOf(file);
}

const sizesOf = ({ name, bytes, externalBytes }: OnnxFacts): [string, number][] => [
  [`onnx/${name}`, bytes],
  ...(externalBytes > 0 ? [[`onnx/${name}_data`, externalBytes] as [string, number]] : []),
];

/** What others will miss. */
function missing(files: Files, { model }: OpenModel, known: KnownClass | undefined): string[] {
  const reads = (name: string): boolean => name in model.inputs;
  return [
    ...(known
      ? []
      : [
          `Transformers.js does not know ${model.className} (model_type ${model.modelType}): the ONNX file is plain, for ONNX Runtime itself`,
        ]),
    ...(known && reads('input_ids') && !files['tokenizer.json']
      ? ['no tokenizer was found: pipelines of Transformers.js need tokenizer.json']
      : []),
    ...(known && (reads('pixel_values') || reads('input_values')) && !files['preprocessor_config.json']
      ? ['no preprocessor_config.json was found: pipelines of Transformers.js need it']
      : []),
    ...(known && reads('input_values') ? otherFrames(files['preprocessor_config.json']) : []),
  ];
}

/** The rate for which Transformers.js makes spectrograms: frames of 400 samples every 160, whatever the configuration says. */
const FRAMES_FOR = 16_000;

function otherFrames(preprocessor: Files[string] | undefined): string[] {
  const rate = preprocessor === undefined ? FRAMES_FOR : parsed(preprocessor).sampling_rate;
  if (rate === undefined || rate === FRAMES_FOR) return [];
  return [
    `Transformers.js makes spectrograms as of ${FRAMES_FOR} samples a second, this model reads ${rate}: its audio pipeline gives other answers`,
  ];
}

async function exportOnnxFolder(opened: OpenModel, out: string, options: OnnxOptions): Promise<Exported> {
  const { dir, parameters } = opened;
  const companions = await companionsOf(dir);
  const { model, notes } = forPreparedPictures(opened.model, companions['preprocessor_config.json']);
  const known = knownClass(model);
  const written: OnnxFacts[] = [];
  for (const file of exportOnnx(model, parameters, options)) written.push(await writeGraph(out, file));
  const files = await withTokenizer(companions, opened);
  const generation = files['generation_config.json'] ?? (generationConfig(model) && jsonText(generationConfig(model)));
  const own = files['README.md'];
  const all: Files = {
    ...files,
    ...(generation ? { 'generation_config.json': generation } : {}),
    'config.json': withFields(await configText(opened), exportConfig(model, written)),
    'README.md': exportCard(own as string | undefined, {
      className: model.className,
      known,
      files: written,
    }),
  };
  const sizes = Object.fromEntries(written.flatMap(sizesOf));
  for (const [name, content] of Object.entries(all)) {
    await writeFileAtomic(join(out, name), content);
    sizes[name] = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  }
  const told = [...notes, ...missing(files, opened, known)];
  return { out, format: 'onnx', files: sizes, ...(known ? { known } : {}), notes: told };
}

async function exportCheckpoint(opened: OpenModel, out: string, dtype: DType): Promise<Exported> {
  const { dir, model, parameters } = opened;
  const files = { ...(await companionsOf(dir)), ...(await filesIn(dir, TOKENIZER_FILES)) };
  const config = withDtype(withFields(await configText(opened), { architectures: [model.className] }), dtype);
  await saveCheckpoint(out, { config: model.config, arrays: toFileNames(model, parameters), dtype, files });
  await writeFileAtomic(join(out, 'config.json'), config);
  const sizes = await Promise.all(
    (await readdir(out)).map(async (name) => [name, (await readFile(join(out, name))).length] as const),
  );
  return { out, format: 'safetensors', files: Object.fromEntries(sizes), notes: [] };
}

/**
 * Writes a model into a folder for others to use.
 * @throws ExportError when the folder has something in it, unless `overwrite` is set
 */
export async function exportFolder(
  opened: OpenModel,
  out: string,
  target: ExportTarget,
  options: ExportOptions = {},
): Promise<Exported> {
  await requireFree(out, options.overwrite ?? false);
  if (target.format === 'safetensors') return exportCheckpoint(opened, out, target.dtype);
  return exportOnnxFolder(opened, out, { ...options, precisions: target.precisions });
}
