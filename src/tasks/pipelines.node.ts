// `pipeline(task, model)` with the names and result shapes of Transformers.js. A task adds its maker to the table.
import type { HubOptions } from '../checkpoints/index.ts';
import { DataError } from '../data/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import type { Clip, Picture, Sound } from '../tokens/index.ts';
import { type DnaClassificationPipeline, dnaClassificationPipeline } from './dna-classification/pipeline.node.ts';
import { type FeatureExtractionPipeline, featureExtractionPipeline } from './feature-extraction/pipeline.node.ts';
import { type FillMaskPipeline, fillMaskPipeline } from './fill-mask/pipeline.node.ts';
import {
  type ImageFeatureExtractionPipeline,
  imageFeatureExtractionPipeline,
} from './image-feature-extraction/pipeline.node.ts';
import { type ImageToTextPipeline, imageToTextPipeline } from './image-to-text/pipeline.node.ts';
import { type TextGenerationPipeline, textGenerationPipeline } from './language-model/pipeline.node.ts';
import {
  type PromptClassificationPipeline,
  promptClassificationPipeline,
} from './language-model/prompt-pipeline.node.ts';
import type { PipelineContext } from './pipeline.node.ts';
import { type QuestionAnsweringPipeline, questionAnsweringPipeline } from './question-answering/pipeline.node.ts';
import {
  audioClassificationPipeline,
  imageClassificationPipeline,
  type SenseClassificationPipeline,
  videoClassificationPipeline,
} from './sense-classification/pipeline.node.ts';
import { type SentenceSimilarityPipeline, sentenceSimilarityPipeline } from './sentence-similarity/pipeline.node.ts';
import { type TextClassificationPipeline, textClassificationPipeline } from './text-classification/pipeline.node.ts';
import { type TextToTextPipeline, text2textPipeline, translationPipeline } from './text-to-text/pipeline.node.ts';
import { type TokenClassificationPipeline, tokenClassificationPipeline } from './token-classification/pipeline.node.ts';
import {
  type ZeroShotClassificationPipeline,
  zeroShotClassificationPipeline,
} from './zero-shot-classification/pipeline.node.ts';

/** What each task's pipeline is. */
export interface Pipelines {
  'text-classification': TextClassificationPipeline;
  'sentiment-analysis': TextClassificationPipeline;
  'token-classification': TokenClassificationPipeline;
  ner: TokenClassificationPipeline;
  'question-answering': QuestionAnsweringPipeline;
  translation: TextToTextPipeline<'translation_text'>;
  'text2text-generation': TextToTextPipeline<'generated_text'>;
  'image-classification': SenseClassificationPipeline<Picture>;
  'audio-classification': SenseClassificationPipeline<Sound>;
  'dna-classification': DnaClassificationPipeline;
  'video-classification': SenseClassificationPipeline<Clip>;
  'fill-mask': FillMaskPipeline;
  'feature-extraction': FeatureExtractionPipeline;
  'sentence-similarity': SentenceSimilarityPipeline;
  'zero-shot-classification': ZeroShotClassificationPipeline;
  'image-feature-extraction': ImageFeatureExtractionPipeline;
  'image-to-text': ImageToTextPipeline;
  'text-generation': TextGenerationPipeline;
  'prompt-classification': PromptClassificationPipeline;
}

const makers: { readonly [K in keyof Pipelines]: (model: string, context: PipelineContext) => Promise<Pipelines[K]> } =
  {
    'text-classification': textClassificationPipeline,
    'sentiment-analysis': textClassificationPipeline,
    'token-classification': tokenClassificationPipeline,
    ner: tokenClassificationPipeline,
    'question-answering': questionAnsweringPipeline,
    translation: translationPipeline,
    'text2text-generation': text2textPipeline,
    'image-classification': imageClassificationPipeline,
    'audio-classification': audioClassificationPipeline,
    'dna-classification': dnaClassificationPipeline,
    'video-classification': videoClassificationPipeline,
    'fill-mask': fillMaskPipeline,
    'feature-extraction': featureExtractionPipeline,
    'sentence-similarity': sentenceSimilarityPipeline,
    'zero-shot-classification': zeroShotClassificationPipeline,
    'image-feature-extraction': imageFeatureExtractionPipeline,
    'image-to-text': imageToTextPipeline,
    'text-generation': textGenerationPipeline,
    'prompt-classification': promptClassificationPipeline,
  };

/** Names of all tasks. */
export const pipelineTasks = Object.keys(makers) as readonly (keyof Pipelines)[];

/** Models that come with the package, for whoever names none. */
const usual: { readonly [K in keyof Pipelines]?: string } = {
  'token-classification': 'tesserae/ner-zh',
  ner: 'tesserae/ner-zh',
  'text-classification': 'tesserae/sentiment-mr',
  'sentiment-analysis': 'tesserae/sentiment-mr',
  'text2text-generation': 'tesserae/g2p',
  'text-generation': 'tesserae/gpt-shakespeare',
  'image-classification': 'tesserae/vit-emoji',
  'audio-classification': 'tesserae/ast-digits',
};

function usualModel(task: keyof Pipelines): string {
  const model = usual[task];
  if (model !== undefined) return model;
  throw new DataError(
    `pipeline: expected a model for '${task}', got none; only ${Object.keys(usual).join(', ')} have one that comes with the package`,
  );
}

/** Where the model comes from and where it runs: the Node runtime unless another one is given. */
export interface PipelineOptions extends HubOptions {
  readonly runtime?: PipelineContext['runtime'];
  readonly session?: PipelineContext['session'];
  /** `packed`: faster answers for a second of loading and twice the memory; what writes (generation, translation, captions) feeds its weights. */
  readonly weights?: PipelineContext['weights'];
  readonly hub?: HubOptions | undefined;
}

/**
 * Opens a task on a checkpoint folder or a model of the hub (`options` say how it is fetched); without a name, on one that comes with the
 * package where there is one:
 * `const classify = await pipeline('text-classification', './runs/sentiment-zh'); await classify('我喜欢这道菜')`
 * gives `[{ label: 'positive', score: 0.98 }]`.
 * @throws DataError for a task that is not known, a model of another kind, or none where none comes with the package
 */
export async function pipeline<K extends keyof Pipelines>(
  task: K,
  model?: string,
  options: PipelineOptions = {},
): Promise<Pipelines[K]> {
  if (!Object.hasOwn(makers, task))
    throw new DataError(`pipeline: expected a task among ${pipelineTasks.join(', ')}, got '${task}'`);
  const { runtime = await nodeRuntime(), session = {}, hub = options, weights = 'fed' } = options;
  if (weights !== 'fed' && weights !== 'packed')
    throw new DataError(`pipeline: expected weights 'fed' or 'packed', got '${weights}'`);
  return makers[task](model ?? usualModel(task), { runtime, session, hub, weights });
}
