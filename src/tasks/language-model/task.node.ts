// Next-token prediction of run folders: get ready, measure, write on.
import { loadPlainText } from '../../data/index.node.ts';
import {
  type CorpusEvaluation,
  type CorpusMeasure,
  evaluateCorpus,
  type HeldOut,
  reportCorpus,
} from '../corpus-evaluation.node.ts';
import type { OpenModel } from '../forward.node.ts';
import { generatorOn, openGenerator } from '../generation/generator.node.ts';
import { promptIds, writtenTexts } from '../generation/index.ts';
import type { JobContext } from '../job.ts';
import { nextTokenModel, openWhole } from '../start.node.ts';
import type { Task } from '../task.node.ts';
import { scoreText, type TextScore } from './perplexity.ts';
import { nextTokenBatch, prepareLanguageModel } from './prepare.ts';
import type { LanguageModelRecipe, VerseRecipe } from './recipe.ts';
import { evaluateVerse, reportVerse, type VerseEvaluation } from './verse.ts';

/** Prediction of tokens: in windows as trained, and with overlapping ones. */
export interface LanguageModelEvaluation extends CorpusEvaluation {
  readonly strided: TextScore;
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

async function measureMore({
  open,
  text,
  encoding,
  runner,
  context,
  training,
}: HeldOut<LanguageModelRecipe>): Promise<Pick<LanguageModelEvaluation, 'strided' | 'verse'>> {
  const length = open.model.maxLength ?? 512;
  const strided = await scoreText(runner, open.parameters, text, encoding, { length });
  const verse = training?.recipe.verse;
  if (!training || !verse) return { strided };
  const poems = await writePoems(open, verse, training.recipe.seed, context);
  return { strided, verse: evaluateVerse(poems, training.text) };
}

const measure: CorpusMeasure<LanguageModelRecipe, Pick<LanguageModelEvaluation, 'strided' | 'verse'>> = {
  corpusOf: (recipe, context) => loadPlainText(recipe.data.id, context.folders, context.data),
  batchOf: nextTokenBatch,
  measureMore,
};

function report(evaluation: LanguageModelEvaluation): string {
  const { stride, tokens, loss, perplexity, bits_per_byte } = evaluation.strided;
  return [
    reportCorpus(evaluation),
    `  with stride ${stride} over ${tokens} tokens: ${loss.toFixed(4)} nats per token, perplexity ${perplexity.toFixed(3)}, ${bits_per_byte.toFixed(4)} bits per byte`,
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
