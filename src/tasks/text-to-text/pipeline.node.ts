// `pipeline('translation', model)` and `pipeline('text2text-generation', model)` with the result shapes of Transformers.
import { type GenerationSettings, readSettings } from '../generation/index.ts';
import { givenTexts } from '../given-texts.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { openWriter } from './task.node.ts';
import { sourceIds, writeRows } from './writer.ts';

/** What a text became, under the task's own key. */
type Result<K extends string> = Readonly<Record<K, string>>;

/** Options of one call: settings of `generation_config.json`, and these. */
export interface TextToTextOptions extends GenerationSettings {
  /** Seed of sampling. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** A writer that is ready to be called. */
export interface TextToTextPipeline<K extends string> extends Pipeline {
  /** A list of `num_return_sequences` results for one text. */
  (text: string, options?: TextToTextOptions): Promise<Result<K>[]>;
  /** One result for each of several texts; a list for each where more than one row is asked for. */
  (texts: readonly string[], options?: TextToTextOptions): Promise<Result<K>[] | Result<K>[][]>;
}

type Maker<K extends string> = (model: string, context: PipelineContext) => Promise<TextToTextPipeline<K>>;

/** The pipeline whose results are under `key`. */
function pipelineGiving<K extends string>(key: K): Maker<K> {
  return async (model, context) => {
    const generator = await openWriter(model, context);
    const call = async (
      input: string | readonly string[],
      { seed = 0, signal, ...said }: TextToTextOptions = {},
    ): Promise<never> => {
      const sources = givenTexts(input).map((text, i) => sourceIds(generator, text, i + 1));
      const settings = readSettings({ ...said }, 'the options of the call');
      const written = await writeRows(generator, sources, { settings, seed, ...(signal ? { signal } : {}) });
      const results = written.map((rows) => rows.map(({ text }) => ({ [key]: text }) as Result<K>));
      if (!Array.isArray(input)) return results[0] as never;
      return (results.every(({ length }) => length === 1) ? results.flat() : results) as never;
    };
    return Object.assign(call, { dispose: () => generator.release() });
  };
}

/** `[{ translation_text }]`. @throws DataError for a model that is no encoder-decoder */
export const translationPipeline: Maker<'translation_text'> = pipelineGiving('translation_text');
/** `[{ generated_text }]`. @throws DataError for a model that is no encoder-decoder */
export const text2textPipeline: Maker<'generated_text'> = pipelineGiving('generated_text');
