// `pipeline('image-classification' | 'audio-classification' | 'video-classification', model)` with the result shapes of Transformers.js.
import { readFile } from 'node:fs/promises';
import { atPlace } from '../../data/index.node.ts';
import { DataError } from '../../data/index.ts';
import type { Clip, Picture, Sound } from '../../tokens/index.ts';
import { givenTop } from '../given-texts.ts';
import type { Classification } from '../labels.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import type { ClassifyOptions } from '../text-classification/pipeline.node.ts';
import { behindPaths } from './inputs.node.ts';
import { classifySense, openSense } from './open.node.ts';
import { clipSense, pictureSense, type Sense, soundSense } from './senses.node.ts';

/** What a pipeline reads: a path, an address, the bytes of a file, or the original itself; of sounds also samples at the model's rate. */
export type SenseInput<T> =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | T
  | (T extends Sound ? Float32Array | Float64Array : never);

/** What turns an input into an original. */
type Reading<T> = Pick<Sense<T, never>, 'loadFile' | 'given'>;

/** A classifier that is ready to be called. */
export interface SenseClassificationPipeline<T> extends Pipeline {
  /** Labels of one input, the likeliest first; one such list for each of several inputs. `top_k`: how many, default 5. */
  (input: SenseInput<T>, options?: ClassifyOptions): Promise<Classification[]>;
  (inputs: readonly SenseInput<T>[], options?: ClassifyOptions): Promise<Classification[][]>;
}

/** The bytes at an address. @throws DataError with the status, or with what went wrong */
async function download(address: URL): Promise<Uint8Array> {
  if (address.protocol === 'file:') return new Uint8Array(await readFile(address));
  const answer = await fetch(address).catch((error: Error) => {
    const reason = (error.cause as Error | undefined)?.message || error.message;
    throw new DataError(`pipeline: expected a file, got ${reason} (${address.href})`, { cause: error });
  });
  if (!answer.ok) throw new DataError(`pipeline: expected a file, got status ${answer.status} (${address.href})`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Whether a text is an address and no path. */
export const isAddress = (input: string): boolean => /^(https?|file):\/\/|^data:/.test(input);

/** The original behind an input. @throws DataError for what is none, UnitsError */
export async function originalOf<T>(input: SenseInput<T>, { loadFile, given }: Reading<T>): Promise<T> {
  const address = typeof input === 'string' && isAddress(input) ? new URL(input) : input;
  if (address instanceof URL)
    return atPlace(address.href.slice(0, 200), async () => loadFile(await download(address)))();
  if (typeof input === 'string' || input instanceof Uint8Array) return loadFile(input);
  if (input instanceof ArrayBuffer) return loadFile(new Uint8Array(input));
  return input instanceof Blob ? loadFile(new Uint8Array(await input.arrayBuffer())) : given(input);
}

type Opener<T> = (model: string, context: PipelineContext) => Promise<SenseClassificationPipeline<T>>;

const pipelineOf =
  <T, K>(sense: Sense<T, K>): Opener<T> =>
  async (model, context) => {
    const open = await openSense(model, sense, context);
    const call = async (
      input: SenseInput<T> | readonly SenseInput<T>[],
      { top_k: count = 5 }: ClassifyOptions = {},
    ): Promise<never> => {
      const kept = givenTop(count);
      const inputs = Array.isArray(input) ? (input as readonly SenseInput<T>[]) : [input as SenseInput<T>];
      const load = async (one: SenseInput<T>): Promise<T> => {
        if (!(one instanceof Float32Array || one instanceof Float64Array)) return originalOf(one, sense);
        if (sense.ofNumbers) return sense.ofNumbers(one, open.preprocessor);
        throw new DataError(
          `pipeline: expected a path, an address, bytes or a decoded original, got ${one.length} numbers`,
        );
      };
      const all = await classifySense(open, inputs, { load, atOnce: sense.atOnce });
      const results = all.map((labels) => labels.slice(0, kept));
      return (Array.isArray(input) ? results : results[0]) as never;
    };
    return Object.assign(call, { inputsIn: behindPaths(sense.files), dispose: () => open.classifier.release() });
  };

/** Opens a classifier of pictures. */
export const imageClassificationPipeline: Opener<Picture> = pipelineOf(pictureSense);
/** Opens a classifier of sounds. */
export const audioClassificationPipeline: Opener<Sound> = pipelineOf(soundSense);
/** Opens a classifier of clips. */
export const videoClassificationPipeline: Opener<Clip> = pipelineOf(clipSense);
