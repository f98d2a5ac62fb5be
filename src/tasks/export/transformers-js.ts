// What Transformers.js (4.3) can load: its tables of `model_type` → class (src/models/registry.js), for the families that are here.
// `test/export.test.ts` holds this against the installed package.
import type { Model } from '../../models/index.ts';

/** Task names of `pipeline()`, as far as exports are for them. */
export type ExportTask =
  | 'feature-extraction'
  | 'text-classification'
  | 'token-classification'
  | 'question-answering'
  | 'fill-mask'
  | 'text-generation'
  | 'text2text-generation'
  | 'translation'
  | 'image-feature-extraction'
  | 'image-classification'
  | 'audio-classification'
  | 'zero-shot-image-classification';

/** Which files a model becomes. */
export type ExportKind = 'whole' | 'decoder' | 'encoder-decoder' | 'two-towers' | 'text-tower' | 'picture-tower';

/** What a class is to Transformers.js. */
export interface KnownClass {
  readonly kind: ExportKind;
  readonly task: ExportTask;
}

const bare: KnownClass = { kind: 'whole', task: 'feature-extraction' };
const texts = { kind: 'whole', task: 'text-classification' } as const;
const tokens = { kind: 'whole', task: 'token-classification' } as const;
const masked = { kind: 'whole', task: 'fill-mask' } as const;
const answers = { kind: 'whole', task: 'question-answering' } as const;
const pictures = { kind: 'whole', task: 'image-classification' } as const;
const pictureStates = { kind: 'whole', task: 'image-feature-extraction' } as const;

type Classes = Readonly<Record<string, KnownClass>>;

const encoder = (prefix: string): Classes => ({
  [`${prefix}Model`]: bare,
  [`${prefix}ForSequenceClassification`]: texts,
  [`${prefix}ForTokenClassification`]: tokens,
  [`${prefix}ForMaskedLM`]: masked,
});
const reader = (prefix: string): Classes => ({ ...encoder(prefix), [`${prefix}ForQuestionAnswering`]: answers });
const decoder = (prefix: string, head = 'ForCausalLM'): Classes => ({
  [`${prefix}Model`]: { kind: 'decoder', task: 'feature-extraction' },
  [prefix + head]: { kind: 'decoder', task: 'text-generation' },
});
const translator = (prefix: string, head: string, task: ExportTask): Classes => ({
  [`${prefix}Model`]: { kind: 'encoder-decoder', task: 'feature-extraction' },
  [prefix + head]: { kind: 'encoder-decoder', task },
});
const viewer = (prefix: string): Classes => ({
  [`${prefix}Model`]: pictureStates,
  [`${prefix}ForImageClassification`]: pictures,
});
const { AlbertForTokenClassification: _none, ...albert } = reader('Albert');

/** Classes by `model_type`. */
export const transformersJs: Readonly<Record<string, Classes>> = {
  bert: reader('Bert'),
  electra: reader('Electra'),
  camembert: reader('Camembert'),
  albert,
  distilbert: reader('DistilBert'),
  roberta: reader('Roberta'),
  'xlm-roberta': reader('XLMRoberta'),
  modernbert: encoder('ModernBert'),
  gpt2: decoder('GPT2', 'LMHeadModel'),
  llama: decoder('Llama'),
  mistral: decoder('Mistral'),
  qwen2: decoder('Qwen2'),
  qwen3: decoder('Qwen3'),
  t5: translator('T5', 'ForConditionalGeneration', 'text2text-generation'),
  mt5: translator('MT5', 'ForConditionalGeneration', 'text2text-generation'),
  bart: translator('Bart', 'ForConditionalGeneration', 'text2text-generation'),
  marian: translator('Marian', 'MTModel', 'translation'),
  vit: viewer('ViT'),
  deit: viewer('DeiT'),
  dinov2: viewer('Dinov2'),
  vit_mae: { ViTMAEModel: pictureStates },
  'audio-spectrogram-transformer': {
    ASTModel: bare,
    ASTForAudioClassification: { kind: 'whole', task: 'audio-classification' },
  },
  clip: {
    CLIPModel: { kind: 'two-towers', task: 'zero-shot-image-classification' },
    CLIPTextModelWithProjection: { kind: 'text-tower', task: 'feature-extraction' },
    CLIPVisionModelWithProjection: { kind: 'picture-tower', task: 'image-feature-extraction' },
  },
};

/** What the model's class is to Transformers.js; undefined when it does not know it. */
export function knownClass({ modelType, className }: Pick<Model, 'modelType' | 'className'>): KnownClass | undefined {
  return transformersJs[modelType]?.[className];
}
