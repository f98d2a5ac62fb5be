// `pipeline('image-to-text', model)` with the result shapes of Transformers.js: captions of pictures, by BLIP.
import { pictureFiles } from '../../data/index.node.ts';
import { DataError, stackArrays } from '../../data/index.ts';
import { imageProcessorFromJson, type Picture, processPicture } from '../../tokens/index.ts';
import { openModel } from '../forward.node.ts';
import { generatorOn } from '../generation/generator.node.ts';
import { type GenerationSettings, promptIds, readSettings, writtenTexts } from '../generation/index.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { behindPaths } from '../sense-classification/inputs.node.ts';
import { preprocessorIn } from '../sense-classification/open.node.ts';
import { originalOf, type SenseInput } from '../sense-classification/pipeline.node.ts';
import { pictureSense } from '../sense-classification/senses.node.ts';

/** Options of one call: settings of `generation_config.json`, and these. */
export interface ImageToTextOptions extends GenerationSettings {
  /** What the caption begins with: `a photograph of`. */
  readonly prompt?: string;
  /** Seed of sampling. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** One caption, with the prompt it began with. */
export interface Caption {
  readonly generated_text: string;
}

/** A captioner that is ready to be called. */
export interface ImageToTextPipeline extends Pipeline {
  /** A list of `num_return_sequences` captions of one picture; one such list for each of several. */
  (image: SenseInput<Picture>, options?: ImageToTextOptions): Promise<Caption[]>;
  (images: readonly SenseInput<Picture>[], options?: ImageToTextOptions): Promise<Caption[][]>;
}

/** So many pictures are read and written about at a time. */
const BATCH = 8;

/** Opens a captioner. @throws DataError for a model of another kind, or one without its tokenizer or preprocessor */
export async function imageToTextPipeline(name: string, context: PipelineContext): Promise<ImageToTextPipeline> {
  const opened = await openModel(name, context.hub);
  const generator = await generatorOn(opened, context);
  if (!generator.seesPictures)
    throw new DataError(`expected a model that writes about pictures, got ${opened.model.className} (${name})`);
  if (!generator.tokenizer) throw new DataError(`expected a folder with a tokenizer, got none (${name})`);
  const processor = imageProcessorFromJson(await preprocessorIn(opened.dir));
  const captions = async (
    inputs: readonly SenseInput<Picture>[],
    { prompt, seed = 0, signal, ...said }: ImageToTextOptions,
  ): Promise<Caption[][]> => {
    const originals = await Promise.all(inputs.map((one) => originalOf(one, pictureSense)));
    const pixels = stackArrays(originals.map((picture) => processPicture(picture, processor)));
    const { texts } = writtenTexts(
      generator,
      await generator.generate({
        prompts: prompt === undefined ? [] : promptIds(generator, Array(inputs.length).fill(prompt)),
        ...{ pixels, seed, settings: readSettings({ ...said }, 'the options of the call') },
        ...(signal ? { signal } : {}),
      }),
    );
    const each = texts.length / inputs.length;
    return inputs.map((_, i) => texts.slice(i * each, (i + 1) * each).map((text) => ({ generated_text: text.trim() })));
  };
  const call = async (
    input: SenseInput<Picture> | readonly SenseInput<Picture>[],
    options: ImageToTextOptions = {},
  ): Promise<never> => {
    const inputs = Array.isArray(input) ? (input as readonly SenseInput<Picture>[]) : [input as SenseInput<Picture>];
    const results: Caption[][] = [];
    for (let at = 0; at < inputs.length; at += BATCH)
      results.push(...(await captions(inputs.slice(at, at + BATCH), options)));
    return (Array.isArray(input) ? results : results[0]) as never;
  };
  return Object.assign(call, { inputsIn: behindPaths(pictureFiles), dispose: () => generator.release() });
}
