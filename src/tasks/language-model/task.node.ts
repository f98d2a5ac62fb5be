// Next-token prediction of run folders: get ready, measure, write on.
import { loadPlainText } from '../../data/index.node.ts';
import { bitsPerByte } from '../../data/index.ts';
import {
  type CorpusEvaluation,
  type CorpusMeasure,
  evaluateCorpus,
  type HeldOut,
  reportCorpus,
} from '../corpus-evaluation.node.ts';
import { ownLength } from '../encode-texts.ts';
import type { OpenModel } from '../forward.node.ts';
import { generatorOn, openGenerator } from '../generation/generator.node.ts';
import { promptIds, writtenTexts } from '../generation/index.ts';
import type { JobContext } from '../job.ts';
import { scoreLine } from '../reporting.ts';
import { nextTokenModel, openWhole } from '../start.node.ts';
import type { Task } from '../task.node.ts';
import { KneserNey, ngramNats, unigrams } from './ngrams.ts';
import { scoreText, type TextScore } from './perplexity.ts';
import { nextTokenBatch, prepareLanguageModel } from './prepare.ts';
import type { LanguageModelRecipe, VerseRecipe } from './recipe.ts';
import { evaluateVerse, reportVerse, type VerseEvaluation } from './verse.ts';

/** What the same tokens cost a cheap rival. */
type RivalScore = Pick<TextScore, 'loss' | 'bits_per_byte'>;

/** Prediction of tokens: in windows as trained, and with overlapping ones. */
export interface LanguageModelEvaluation extends CorpusEvaluation {
  readonly strided: TextScore;
  /** `unigram`, and `kneser_ney_N` by n-grams of up to N tokens, both learnt from the run's own training tokens; absent for other texts. */
  readonly baselines?: Readonly<Record<string, RivalScore>>;
  /** What the model writes, where the recipe says that its text is poems. */
  readonly verse?: VerseEvaluation;
}

/** A text that the model went on with, as `pipeline('text-generation')` gives it. */
export interface GeneratedText {
  readonly generated_text: string;
}

/** Poems end with an empty line; one stands before the first. */
const BETWEEN_POEMS = '\n\n';

/** Poems of a model, seeded by the recipe's seed. */
async function writePoems(
  open: OpenModel,
  { poems, temperature }: VerseRecipe,
  seed: number,
  context: JobContext,
): Promise<string[]> {
  const generator = await generatorOn(open, context);
  try {
    const prompts = promptIds(generator, [BETWEEN_POEMS]);
    const room = (generator.model.maxLength ?? 512) - (prompts[0]?.length ?? 0);
    const generation = await generator.generate({
      prompts,
      seed,
      settings: {
        ...{ do_sample: true, temperature, top_k: 0, num_return_sequences: poems, max_new_tokens: room },
        stop_strings: BETWEEN_POEMS,
      },
    });
    return writtenTexts(generator, generation).continuations.map((text) => text.trim());
  } finally {
    await generator.release();
  }
}

/** Rivals learn from so many characters at the end of the training text, each of which they remember in 80 bytes at most. */
const REMEMBERED = 2 ** 22;

/** The rivals' scores of all tokens but the first, as `scoreText` scores them. */
function rivalsOf({ tokenizer, text, encoding }: HeldOut<LanguageModelRecipe>, trainText: string) {
  const vocabulary = tokenizer.vocabSize;
  const options = { addSpecialTokens: false, special: 'text', ...ownLength } as const;
  const train = tokenizer.encodeIds(trainText.slice(-REMEMBERED), options);
  const { ids, offsets } = encoding;
  const scored = text.slice(offsets[1]?.[0] ?? 0);
  const scoreOf = (rival: Pick<KneserNey, 'probability'>): RivalScore => {
    const nats = ngramNats(rival, ids);
    return { loss: nats / (ids.length - 1), bits_per_byte: bitsPerByte(nats, scored) };
  };
  const ngrams = new KneserNey(train, vocabulary);
  return { unigram: scoreOf(unigrams(train, vocabulary)), [`kneser_ney_${ngrams.order}`]: scoreOf(ngrams) };
}

type More = Pick<LanguageModelEvaluation, 'strided' | 'baselines' | 'verse'>;

async function measureMore(held: HeldOut<LanguageModelRecipe>): Promise<More> {
  const { open, text, encoding, runner, context, training } = held;
  const length = open.model.maxLength ?? 512;
  const strided = await scoreText(runner, open.parameters, text, encoding, { length });
  if (!training) return { strided };
  const { recipe, text: trainText } = training;
  const measured = { strided, baselines: rivalsOf(held, trainText) };
  if (!recipe.verse) return measured;
  const poems = await writePoems(open, recipe.verse, recipe.seed, context);
  return { ...measured, verse: evaluateVerse(poems, trainText) };
}

const measure: CorpusMeasure<LanguageModelRecipe, More> = {
  corpusOf: (recipe, context) => loadPlainText(recipe.data.id, context.folders, context.data),
  batchOf: nextTokenBatch,
  measureMore,
};

const nats = ({ loss, bits_per_byte }: RivalScore): string =>
  `${loss.toFixed(4)} nats per token, ${bits_per_byte.toFixed(4)} bits per byte`;

function report(evaluation: LanguageModelEvaluation): string {
  const { stride, tokens, loss, perplexity, bits_per_byte } = evaluation.strided;
  const rivals = Object.entries(evaluation.baselines ?? {});
  return [
    reportCorpus(evaluation),
    `  with stride ${stride} over ${tokens} tokens: ${loss.toFixed(4)} nats per token, perplexity ${perplexity.toFixed(3)}, ${bits_per_byte.toFixed(4)} bits per byte`,
    ...rivals.map(([name, score]) => scoreLine(name, nats(score))),
    ...(evaluation.verse ? [reportVerse(evaluation.verse)] : []),
  ].join('\n');
}

/** Next-token prediction on running text. */
export const languageModel: Task<LanguageModelRecipe, LanguageModelEvaluation, GeneratedText> = {
  prepare: async (recipe, context) => {
    const start = recipe.startFrom ? await openWhole(recipe.startFrom, nextTokenModel, context.hub) : undefined;
    return prepareLanguageModel(recipe, await measure.corpusOf(recipe, context), context, start);
  },
  evaluate: (name, context, options) => evaluateCorpus(name, context, options, measure),
  report,
  open: async (name, context) => {
    const generator = await openGenerator(name, context);
    return {
      answer: async (texts) => {
        const prompts = promptIds(generator, texts);
        return writtenTexts(generator, await generator.generate({ prompts })).texts.map((text) => ({
          generated_text: text,
        }));
      },
      line: ({ generated_text }) => generated_text,
      release: () => generator.release(),
    };
  },
};
