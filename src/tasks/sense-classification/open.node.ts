// A classifier of pictures, sounds or clips from a run or a model folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { readJson } from '../../checkpoints/index.node.ts';
import type { HubOptions } from '../../checkpoints/index.ts';
import { atPlace } from '../../data/index.node.ts';
import { DataError, inOrder } from '../../data/index.ts';
import { openModel } from '../forward.node.ts';
import { type Classification, ranked } from '../labels.ts';
import type { PipelineContext } from '../pipeline.node.ts';
import { SenseClassifier } from './classifier.ts';
import type { Modality, Preprocessor, Reader } from './modality.ts';
import type { SenseStart } from './prepare.ts';

/** An open classifier. */
export interface OpenSense<T> {
  readonly dir: string;
  readonly parameters: NamedArrays;
  readonly classifier: SenseClassifier;
  readonly read: Reader<T>;
  readonly preprocessor: Preprocessor;
}

/** `preprocessor_config.json` of a folder. @throws DataError when it is missing or no JSON */
export async function preprocessorIn(dir: string): Promise<Preprocessor> {
  const path = join(dir, 'preprocessor_config.json');
  return readJson(path).catch((error: unknown) => {
    throw new DataError(
      `expected preprocessor_config.json, which says how the original becomes numbers, got ${(error as Error).message} (${path})`,
      { cause: error },
    );
  });
}

/** A model to go on from, with its preprocessor where its folder has one. @throws CheckpointError, HubError, ConfigError */
export async function openSenseStart(name: string, hub?: HubOptions): Promise<SenseStart> {
  const open = await openModel(name, hub);
  const hasOne = existsSync(join(open.dir, 'preprocessor_config.json'));
  return { ...open, ...(hasOne ? { preprocessor: await preprocessorIn(open.dir) } : {}) };
}

/** Opens a classifier. `classes` are the class names that will do. @throws CheckpointError, DataError for a model of another kind */
export async function openSense<T>(
  name: string,
  modality: Pick<Modality<T, never>, 'input' | 'collate' | 'readerOf'> & { readonly classes: RegExp },
  context: PipelineContext,
): Promise<OpenSense<T>> {
  const { dir, model, parameters } = await openModel(name, context.hub);
  if (!modality.classes.test(model.className))
    throw new DataError(`expected a model of class ${modality.classes.source}, got ${model.className} (${dir})`);
  const preprocessor = await preprocessorIn(dir);
  const read = modality.readerOf(model.config, preprocessor);
  const classifier = new SenseClassifier(model, modality, context);
  return { dir, parameters, classifier, read, preprocessor };
}

/** What an input is called in errors. */
function nameOf(input: unknown, place: number): string {
  if (typeof input === 'string') return input;
  return input instanceof URL ? input.href : `input ${place + 1}`;
}

/**
 * Labels with probabilities, the likeliest first, for each input; `load` is called for `atOnce` of them at a time.
 * @throws DataError with the path or place of an input that is broken
 */
export async function classifySense<T, I>(
  open: OpenSense<T>,
  inputs: readonly I[],
  { load, atOnce }: { readonly load: (input: I) => Promise<T>; readonly atOnce: number },
): Promise<Classification[][]> {
  const source = {
    length: inputs.length,
    rows: (places: readonly number[]): Promise<NdArray<'float32'>[]> =>
      inOrder(places, atOnce, (place) => {
        const input = inputs[place] as I;
        return atPlace(nameOf(input, place), async () => open.read(await load(input)))();
      }),
  };
  const rows = await open.classifier.probabilities(open.parameters, source);
  return rows.map((row) => ranked(open.classifier.labels, row));
}
