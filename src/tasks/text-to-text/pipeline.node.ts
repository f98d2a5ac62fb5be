// `pipeline('translation', model)` and `pipeline('text2text-generation', model)` with the result shapes of Transformers.js.
import type { GenerationSettings } from '../generation/index.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { openWriter, write } from './task.node.ts';

/** What a text became, under the task's own key. */
type Result<K extends string> = Readonly<Record<K, string>>;

/** A writer that is ready to be called. `options` are those of `generate`. */
export interface TextToTextPipeline<K extends string> extends Pipeline {
  (texts: string | readonly string[], options?: GenerationSettings): Promise<Result<K>[]>;
}

type Maker<K extends string> = (model: string, context: PipelineContext) => Promise<TextToTextPipeline<K>>;

/** The pipeline whose results are under `key`. */
function pipelineGiving<K extends string>(key: K): Maker<K> {
  return async (model, context) => {
    const generator = await openWriter(model, context);
    const call = async (input: string | readonly string[], options: GenerationSettings = {}): Promise<Result<K>[]> => {
      const written = await write(generator, typeof input === 'string' ? [input] : input, options);
      return written.map(({ text }) => ({ [key]: text }) as Result<K>);
    };
    return Object.assign(call, { dispose: () => generator.release() });
  };
}

/** `[{ translation_text }]`. @throws DataError for a model that is no encoder-decoder */
export const translationPipeline: Maker<'translation_text'> = pipelineGiving('translation_text');
/** `[{ generated_text }]`. @throws DataError for a model that is no encoder-decoder */
export const text2textPipeline: Maker<'generated_text'> = pipelineGiving('generated_text');
