// What cards promise, for the class that every recipe trains.
import { expect, test } from 'vitest';
import { recipes } from '../../recipes/index.ts';
import type { HubConfig } from '../models/index.ts';
import { START } from '../train/index.ts';
import { decoderConfig } from './decoder-config.ts';
import { encoderConfig } from './encoder-config.ts';
import { transformersJs } from './export/transformers-js.ts';
import { autoencoderConfig } from './masked-image-modelling/prepare.ts';
import { modelCard } from './model-card.ts';
import { clips } from './sense-classification/clips.ts';
import { senseConfig } from './sense-classification/modality.ts';
import { pictures } from './sense-classification/pictures.ts';
import { sounds } from './sense-classification/sounds.ts';
import type { Recipe } from './tasks.ts';
import { readerOf } from './text-classification/reader.ts';
import { encoderDecoderConfig } from './text-to-text/config.ts';
import { frames, trainRecipeTokenizer } from './tokenizer.ts';
import { usageSection } from './usage.ts';

const labels = ['down', 'up'];
const character = { kind: 'char', vocabSize: 50, minFrequency: 1, lowercase: true } as const;
const tokenizer = trainRecipeTokenizer(['ab'], character, frames.sequence);

type Makers = { readonly [K in Recipe['task']]: (recipe: Extract<Recipe, { task: K }>) => HubConfig };

/** The configuration that a run of each task from nothing begins with. */
const makers: Makers = {
  'text-classification': ({ architecture, model }) => readerOf(architecture).configOf(model, tokenizer, labels),
  'dna-classification': ({ model }) => encoderConfig(model, tokenizer, 'ForSequenceClassification', labels),
  'token-classification': ({ model }) => encoderConfig(model, tokenizer, 'ForTokenClassification', labels),
  'question-answering': ({ model }) => encoderConfig(model, tokenizer, 'ForQuestionAnswering', labels),
  'masked-language-model': ({ model }) => encoderConfig(model, tokenizer, 'ForMaskedLM', labels),
  'masked-dna-modelling': ({ model }) => encoderConfig(model, tokenizer, 'ForMaskedLM', labels),
  'language-model': ({ model }) => decoderConfig(model, tokenizer, 'GPT2LMHeadModel'),
  dialogue: ({ model }) => decoderConfig(model, tokenizer, 'GPT2LMHeadModel'),
  'text-to-text': ({ model }) => encoderDecoderConfig(model, tokenizer),
  'masked-image-modelling': (recipe) => autoencoderConfig(recipe),
  'image-classification': ({ tokens, model }) => senseConfig(pictures, tokens, model, labels),
  'audio-classification': ({ tokens, model }) => senseConfig(sounds, tokens, model, labels),
  'video-classification': ({ tokens, model }) => senseConfig(clips, tokens, model, labels),
};

const modelOf = (recipe: Recipe): { modelType: string; className: string } => {
  const { model_type, architectures } = (makers[recipe.task] as (one: Recipe) => HubConfig)(recipe);
  return { modelType: model_type as string, className: (architectures as string[])[0] as string };
};
/** Other libraries have no pipeline for these: their cards show a command alone. */
const own = /^(dna|video)-classification$|^masked-image-modelling$/;

test.each(Object.values(recipes))('$name', (recipe) => {
  const model = modelOf(recipe);
  const card = modelCard(recipe, model, START, {});
  const opens = transformersJs[model.modelType]?.[model.className] !== undefined;
  expect(card.includes('@huggingface/transformers'), model.className).toBe(opens && !own.test(recipe.task));
  expect(card.includes(`Transformers.js does not know ${model.className}`)).toBe(!opens && !own.test(recipe.task));
});

test('classes that Transformers.js has no place for, and one that it has', () => {
  const decoder = modelOf(recipes['sentiment-en-decoder'] as Recipe);
  expect(decoder).toEqual({ modelType: 'gpt2', className: 'GPT2ForSequenceClassification' });
  const section = usageSection('text-classification', decoder);
  expect(section).not.toContain('await pipeline');
  expect(section).toContain('Transformers.js does not know GPT2ForSequenceClassification: that export runs on ONNX');
  // Python opens it
  expect(section).toContain('pipeline("text-classification", model=".")');
  const reader = { modelType: 'modernbert', className: 'ModernBertForQuestionAnswering' };
  expect(usageSection('question-answering', reader)).not.toContain('await pipeline');
  const bert = { modelType: 'bert', className: 'BertForQuestionAnswering' };
  expect(usageSection('question-answering', bert)).toContain("await pipeline('question-answering', './onnx-export')");
});
