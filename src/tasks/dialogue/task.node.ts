// Answers in conversations, of run folders: get ready, measure, answer.
import { loadDialogDataset } from '../../data/index.node.ts';
import { type DialogDataset, type DialogExample, distinct } from '../../data/index.ts';
import type { ChatMessage, Tokenizer } from '../../tokens/index.ts';
import { openModel } from '../forward.node.ts';
import { generatorOn, openGenerator } from '../generation/generator.node.ts';
import { chatIds, fittingChat, GenerationError, type Generator, writtenTexts } from '../generation/index.ts';
import type { JobContext } from '../job.ts';
import { tellNotes } from '../reporting.ts';
import { loadOptions, partOf, recipeOf } from '../run-data.node.ts';
import { ModelRunner } from '../runner.ts';
import { nextTokenModel, openWhole } from '../start.node.ts';
import type { EvaluateOptions, Evaluation, Task } from '../task.node.ts';
import { answerLoss, cutConversations, dialogueInputs, messagesOf, prepareDialogue } from './prepare.ts';
import type { DialogueRecipe } from './recipe.ts';
import { unigramLoss } from './unigrams.ts';

/** How well answers are predicted, and how various written ones are. */
export interface DialogueEvaluation extends Evaluation {
  /** Tokens of answers. */
  readonly tokens: number;
  /** Nats per token of an answer. */
  readonly loss: number;
  readonly perplexity: number;
  /** Perplexity of the same tokens by their frequency in the training answers (plus one each). */
  readonly baselines: { readonly unigram: number };
  /** Share of different n-grams among all, of tokens of written answers and of the true ones to the same questions. */
  readonly distinct: Readonly<Record<'written' | 'true', { readonly distinct_1: number; readonly distinct_2: number }>>;
  /** The first ones. */
  readonly written: readonly { readonly question: string; readonly answer: string; readonly truth: string }[];
}

const SHOWN = 5;

function tokenizerOf({ tokenizer, model }: Generator): Tokenizer {
  if (tokenizer) return tokenizer;
  throw new GenerationError(`dialogue: expected a tokenizer beside the model, got none (${model.className})`);
}

const loadDialogs = (recipe: DialogueRecipe, context: JobContext): Promise<DialogDataset> =>
  loadDialogDataset(recipe.data.id, context.folders, loadOptions(recipe.data, context));

/** Answers to the first `count` conversations, each to the last question that fits into half of the model's positions. */
async function writeAnswers(
  generator: Generator,
  dialogs: readonly DialogExample[],
  count: number,
  seed: number,
): Promise<DialogueEvaluation['written']> {
  const tokenizer = tokenizerOf(generator);
  const room = Math.floor((generator.model.maxLength ?? 512) / 2);
  const asked = dialogs
    .filter(({ turns }) => turns.length > 1)
    .flatMap(({ turns }) => {
      const messages = messagesOf(turns);
      const ids = chatIds(tokenizer, messages.slice(0, 1));
      return ids.length > room ? [] : [{ ids, question: turns[0] as string, truth: turns[1] as string }];
    })
    .slice(0, count);
  if (asked.length === 0) return [];
  const generation = await generator.generate({ prompts: asked.map(({ ids }) => ids), seed });
  const { continuations } = writtenTexts(generator, generation);
  return asked.map(({ question, truth }, i) => ({ question, answer: continuations[i] as string, truth }));
}

async function evaluate(name: string, context: JobContext, options: EvaluateOptions): Promise<DialogueEvaluation> {
  const open = await openModel(name, context.hub);
  const { model, parameters } = open;
  const recipe = await recipeOf<DialogueRecipe>(open.dir);
  const { data = recipe.data.id, split = 'test' } = options;
  const dataset = await loadDialogs({ ...recipe, data: { ...recipe.data, id: data } }, context);
  tellNotes(dataset, context);
  const { splits } = dataset;
  const dialogs = partOf(splits, split);
  const generator = await generatorOn(open, context);
  const runner = await ModelRunner.create(model, { ...context, inputs: dialogueInputs, want: ['loss'] });
  try {
    const tokenizer = tokenizerOf(generator);
    const rowsOf = (some: readonly DialogExample[]) => cutConversations(tokenizer, some, model.maxLength ?? 512).rows;
    const rows = rowsOf(dialogs);
    const { nats, tokens } = await answerLoss(runner, parameters, rows, Number(model.config.pad_token_id ?? 0));
    const written = await writeAnswers(generator, dialogs, recipe.answers, recipe.seed);
    const variety = (texts: readonly string[]) => {
      const cut = texts.map((text) =>
        tokenizer.encodeIds(text, { addSpecialTokens: false, special: 'text' }).map(String),
      );
      return { distinct_1: distinct(cut, 1), distinct_2: distinct(cut, 2) };
    };
    return {
      ...{ data, split, examples: dialogs.length, tokens, loss: nats / tokens, perplexity: Math.exp(nats / tokens) },
      baselines: { unigram: Math.exp(unigramLoss(rowsOf(splits.train), rows, tokenizer.vocabSize)) },
      distinct: {
        written: variety(written.map(({ answer }) => answer)),
        true: variety(written.map(({ truth }) => truth)),
      },
      written: written.slice(0, SHOWN),
    };
  } finally {
    await runner.release();
    await generator.release();
  }
}

function report({
  data,
  split,
  examples,
  tokens,
  loss,
  perplexity,
  baselines,
  distinct: found,
  written,
}: DialogueEvaluation): string {
  const shares = ({ distinct_1, distinct_2 }: DialogueEvaluation['distinct']['written']): string =>
    `distinct-1 ${distinct_1.toFixed(3)}, distinct-2 ${distinct_2.toFixed(3)}`;
  return [
    `${data}, ${split}: ${examples} conversations, ${tokens} tokens of answers`,
    `  Transformer  ${loss.toFixed(4)} nats per token, perplexity ${perplexity.toFixed(2)}`,
    `  unigrams     perplexity ${baselines.unigram.toFixed(2)}`,
    `  written answers: ${shares(found.written)}; true ones: ${shares(found.true)}`,
    ...written.map(({ question, answer }) => `  > ${question}\n    ${answer}`),
  ].join('\n');
}

/** Answers in conversations. */
export const dialogue: Task<DialogueRecipe, DialogueEvaluation, ChatMessage> = {
  prepare: async (recipe, context) => {
    const start = recipe.startFrom ? await openWhole(recipe.startFrom, nextTokenModel, context.hub) : undefined;
    return prepareDialogue(recipe, await loadDialogs(recipe, context), context, start);
  },
  evaluate,
  report,
  open: async (name, context) => {
    const generator = await openGenerator(name, context);
    const tokenizer = tokenizerOf(generator);
    const room = Math.floor((generator.model.maxLength ?? 512) / 2);
    return {
      answer: async (texts) => {
        const prompts = texts.map((content) => fittingChat(tokenizer, [{ role: 'user', content }], room).ids);
        const { continuations } = writtenTexts(generator, await generator.generate({ prompts }));
        return continuations.map((content) => ({ role: 'assistant', content }));
      },
      line: ({ content }) => String(content),
      release: () => generator.release(),
    };
  },
};
