// Conversations for a decoder: the chat template's text, with the loss on the answers' tokens only.
import type { NamedArrays } from '../../array/index.ts';
import { batchesByLength, batchSchedule, DataError, type DialogDataset, padded, paddedRows } from '../../data/index.ts';
import { type ChatMessage, type Tokenizer, tokenizerFromJson } from '../../tokens/index.ts';
import type { EvaluationProgress } from '../../train/index.ts';
import { decoderConfig, generationFile } from '../decoder-config.ts';
import { chatPieces, pieceIds } from '../generation/chat.ts';
import type { Job, JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { objectiveOf, tokensIn } from '../objective.ts';
import { ModelRunner } from '../runner.ts';
import type { Start } from '../start.ts';
import { frames, tokenizerFiles, trainRecipeTokenizer } from '../tokenizer.ts';
import { rowLength, trainedModel } from '../trained-model.ts';
import type { DialogueRecipe } from './recipe.ts';

const IGNORED = -100;
/** Rows are measured so many at a time. */
const BATCH = 16;

/** A conversation, or a part of one, as the model learns it. */
export interface DialogueRow {
  readonly id: string;
  readonly ids: readonly number[];
  /** −100 where no answer is. */
  readonly labels: readonly number[];
}

/** Turns as messages: whoever begins is the user. */
export const messagesOf = (turns: readonly string[]): ChatMessage[] =>
  turns.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content }));

/** The frame's tokenizer knows its own template, as one that is loaded from the run's folder does. */
export function withTemplate(tokenizer: Tokenizer): Tokenizer {
  const { names, chatTemplate = '' } = frames.chat;
  const config = { specialTokens: names, chatTemplates: { default: chatTemplate } };
  return tokenizerFromJson(tokenizer.toJSON(), config);
}

/** Ids and labels of a conversation: an answer's content and the `<eos>` after it are to be predicted. */
export function answeredIds(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
): { readonly ids: number[]; readonly labels: number[] } {
  const [ids, labels]: [number[], number[]] = [[], []];
  const end = tokenizer.tokenToId(tokenizer.config?.specialTokens.eos_token ?? '');
  let isAnswer = false;
  for (const piece of chatPieces(tokenizer, messages)) {
    for (const id of pieceIds(tokenizer, piece)) {
      // an answer's end is its last token: the template's first end after it
      const isItsEnd = isAnswer && !piece.message && id === end;
      ids.push(id);
      labels.push(piece.message?.role === 'assistant' || isItsEnd ? id : IGNORED);
      if (isItsEnd) isAnswer = false;
    }
    if (piece.message) isAnswer = piece.message.role === 'assistant';
  }
  return { ids, labels };
}

/**
 * Rows of at most `maxLength` tokens. A longer conversation goes on in another row, which begins with a question; a single exchange that
 * is too long is cut at its end.
 */
export function cutConversations(
  tokenizer: Tokenizer,
  dialogs: readonly { readonly id: string; readonly turns: readonly string[] }[],
  maxLength: number,
): { readonly rows: DialogueRow[]; readonly cut: number } {
  const rows: DialogueRow[] = [];
  let cut = 0;
  for (const { id, turns } of dialogs) {
    const messages = messagesOf(turns);
    for (let at = 0; at + 1 < messages.length; ) {
      let end = at + 2;
      let row = answeredIds(tokenizer, messages.slice(at, end));
      while (end + 1 < messages.length) {
        const longer = answeredIds(tokenizer, messages.slice(at, end + 2));
        if (longer.ids.length > maxLength) break;
        row = longer;
        end += 2;
      }
      if (row.ids.length > maxLength) cut++;
      const labels = row.labels.slice(0, maxLength);
      if (labels.some((label) => label !== IGNORED)) rows.push({ id, ids: row.ids.slice(0, maxLength), labels });
      at = end;
    }
  }
  return { rows, cut };
}

/** `input_ids`, `attention_mask`, `labels` `[B, T]` of rows. */
export function dialogueBatch(rows: readonly DialogueRow[], padId: number): NamedArrays {
  const batch = padded(
    rows.map(({ ids }) => ids),
    padId,
  );
  const labels = rows.map((row) => row.labels);
  return { ...batch, labels: paddedRows(labels, IGNORED) };
}

/** Tokens of a row that are predicted. */
export const answerTokens = ({ labels }: DialogueRow): number =>
  labels.slice(1).filter((label) => label !== IGNORED).length;

/** Summed nats of the answers' tokens, and how many tokens. */
export async function answerLoss(
  runner: ModelRunner,
  parameters: NamedArrays,
  rows: readonly DialogueRow[],
  padId: number,
  tell?: EvaluationProgress,
): Promise<{ readonly nats: number; readonly tokens: number }> {
  const lengths = rows.map(({ ids }) => ids.length);
  let [nats, tokens, done] = [0, 0, 0];
  for (const chosen of batchesByLength(lengths, BATCH)) {
    const some = chosen.map((i) => rows[i] as DialogueRow);
    const { loss } = await runner.run(parameters, dialogueBatch(some, padId));
    const counted = some.reduce((sum, row) => sum + answerTokens(row), 0);
    nats += (loss?.data[0] as number) * counted;
    tokens += counted;
    done += some.length;
    tell?.(done, rows.length);
  }
  return { nats, tokens };
}

/** What a dialogue model reads when it is measured or trained. */
export const dialogueInputs = ['input_ids', 'attention_mask', 'labels'] as const;

/** How a run answers unless it is told otherwise. */
const ANSWERING = { do_sample: true, temperature: 0.7, top_p: 0.9, max_new_tokens: 60 };

/** @throws DataError for a start that does not know how conversations are written */
function checkTemplate({ tokenizer, name }: Start): void {
  if (Object.keys(tokenizer.config?.chatTemplates ?? {}).length === 0)
    throw new DataError(
      `startFrom: expected a tokenizer with a chat template, got none (${name}); take a model that was made for conversations`,
    );
}

/** Prepares answers in conversations. @throws DataError for data without answers, or a start without a chat template */
export async function prepareDialogue(
  recipe: DialogueRecipe,
  dataset: DialogDataset,
  context: JobContext,
  start?: Start,
): Promise<Job> {
  if (start) checkTemplate(start);
  const dialogs = limited(dataset.splits.train, recipe.data.limit, recipe.seed);
  const turns = dialogs.flatMap((dialog) => dialog.turns);
  const tokenizer = start?.tokenizer ?? withTemplate(trainRecipeTokenizer(turns, recipe.tokenizer, frames.chat));
  const config = start?.config ?? decoderConfig(recipe.model, tokenizer, 'GPT2LMHeadModel');
  const about = { start, task: 'CAUSAL_LM', head: [], note: context.note } as const;
  const { plain, adapted, model, initial, published } = trainedModel(config, recipe, about);
  const maxLength = rowLength(plain, recipe.model.maxLength);
  const { rows, cut } = cutConversations(tokenizer, dialogs, maxLength);
  if (rows.length === 0)
    throw new DataError(`dialogue: expected conversations with an answer, got none (${dataset.name})`);
  const held = cutConversations(tokenizer, dataset.splits.validation, maxLength).rows;
  context.note(
    `${dialogs.length} conversations in ${rows.length} rows of at most ${maxLength} tokens${cut > 0 ? `, ${cut} answers cut` : ''}, vocabulary ${tokenizer.vocabSize}`,
  );
  const padId = Number(config.pad_token_id ?? 0);
  const schedule = batchSchedule(
    rows.map(({ ids }) => ids.length),
    recipe.train.batchSize,
    recipe.seed,
  );
  const runner = await ModelRunner.create(plain, { ...context, inputs: dialogueInputs, want: ['loss'] });
  return {
    model: plain,
    adapted,
    // files of a start go over it: it answers as it always did
    files: {
      ...generationFile(config, ANSWERING),
      ...(start?.files ?? tokenizerFiles(tokenizer, frames.chat, plain.maxLength)),
    },
    initial,
    objective: objectiveOf(model, dialogueInputs, recipe.train.labelSmoothing),
    batchesAt: (step) => [
      dialogueBatch(
        schedule(step).map((i) => rows[i] as DialogueRow),
        padId,
      ),
    ],
    unitsOf: tokensIn,
    recordsAt: (step) => schedule(step).map((i) => rows[i]?.id as string),
    evaluate: async (weights, tell) => {
      const { nats, tokens } = await answerLoss(runner, published(weights), held, padId, tell);
      return { loss: nats / tokens, perplexity: Math.exp(nats / tokens) };
    },
    best: { metric: 'loss', mode: 'min' },
    checksums: dataset.checksums,
    release: () => runner.release(),
  };
}
