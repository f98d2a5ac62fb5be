// Words or characters to labels: a BERT-style encoder with a classifier on every token, and a CRF on top where asked for.
import { float32, type NamedArrays, type NdArray } from '../../array/index.ts';
import {
  batchSchedule,
  DataError,
  mayFollow,
  padded,
  paddedRows,
  retag,
  spanReport,
  type TagScheme,
  type TokensDataset,
  type TokensExample,
  tagsOf,
} from '../../data/index.ts';
import { type HubConfig, modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { encoderConfig, underNewHeadAndDropout } from '../encoder-config.ts';
import { hiderOf } from '../hidden-tokens.ts';
import type { Job, JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { objectiveOf, tokensIn } from '../objective.ts';
import { tellNotes } from '../reporting.ts';
import type { Start } from '../start.ts';
import { filesForLength, frames, tokenizerFiles, trainRecipeTokenizer } from '../tokenizer.ts';
import { longestRow } from '../windows.ts';
import type { TokenClassificationRecipe } from './recipe.ts';
import { byPlace, type Decoder, decoderOf, TokenTagger } from './tagger.ts';
import { type EncodedWords, encodeWords, tokenLabels, wordLabels } from './words.ts';

/** Sequences of words as the model reads them. */
export interface EncodedSequences {
  readonly examples: readonly TokensExample[];
  readonly joiner: string;
  readonly encoded: readonly EncodedWords[];
}

/** Encodes sequences of words in windows of at most `maxLength` tokens. */
export function encodeSequences(
  tokenizer: Tokenizer,
  examples: readonly TokensExample[],
  joiner: string,
  maxLength: number,
): EncodedSequences {
  return { examples, joiner, encoded: examples.map(({ tokens }) => encodeWords(tokenizer, tokens, joiner, maxLength)) };
}

/** Labels of words. */
interface PredictedLabels {
  /** By the model's own scheme. */
  readonly raw: string[][];
  /** As IOB2. */
  readonly labels: string[][];
  /** As IOB2, each token by itself: what others read out of a model with a CRF. */
  readonly byToken: () => string[][];
}

/** Labels that a model gives to the words of sequences. */
export async function predictSequences(
  tagger: TokenTagger,
  parameters: NamedArrays,
  { examples, joiner, encoded }: EncodedSequences,
): Promise<PredictedLabels> {
  const scores = await tagger.scores(parameters, encoded);
  const labelsBy = ({ best }: Pick<Decoder, 'best'>): string[][] =>
    encoded.map((words, i) => {
      const firsts = words.firstToken.filter((token) => token >= 0);
      const found = best(firsts.map((token) => scores[i]?.[token] as Float32Array));
      const labelOf = new Map(firsts.map((token, n) => [token, tagger.labels[found[n] as number] as string]));
      return wordLabels(words, (token) => labelOf.get(token) as string, examples[i]?.tokens ?? [], joiner);
    });
  const iob2 = (all: readonly string[][]): string[][] => all.map((labels) => retag(labels, 'IOB2'));
  const raw = labelsBy(decoderOf(parameters));
  return { raw, labels: iob2(raw), byToken: () => iob2(labelsBy(byPlace)) };
}

/** Windows with a label for each token, −100 where none counts. */
function labelledRows(
  { examples, encoded }: EncodedSequences,
  labels: readonly string[],
  { scheme, subwords }: { readonly scheme: TagScheme; readonly subwords: 'first' | 'all' },
): { ids: readonly number[]; labels: number[] }[] {
  return encoded.flatMap((words, i) => {
    const own = tokenLabels(words, retag(examples[i]?.labels ?? [], scheme), subwords);
    return words.windows.map(({ ids, lead, first, count }) => ({
      ids,
      labels: ids.map((_, place) => {
        const label = place >= lead && place < lead + count ? own[first + place - lead] : undefined;
        return label === undefined ? -100 : labels.indexOf(label);
      }),
    }));
  });
}

/** What a folder says beyond a plain token classifier: the CRF, and how its tokens are best joined to entities. */
function ownSettings(recipe: TokenClassificationRecipe): HubConfig {
  const isSubword = recipe.tokenizer.kind !== 'char' && recipe.tokenizer.kind !== 'word';
  return {
    ...(recipe.crf ? { use_crf: true, crf_token_weight: recipe.tokenWeight ?? 0 } : {}),
    task_specific_params: { 'token-classification': { aggregation_strategy: isSubword ? 'first' : 'simple' } },
  };
}

function tellOfWords({ encoded }: EncodedSequences, note: (text: string) => void): void {
  const words = encoded.flatMap(({ firstToken }) => firstToken);
  const lost = words.filter((token) => token < 0).length;
  const cut = encoded.filter(({ windows }) => windows.length > 1).length;
  if (lost > 0) note(`${lost} of ${words.length} words have no token of their own and are not trained on`);
  if (cut > 0) note(`${cut} of ${encoded.length} sequences are longer than the model and are cut into windows`);
}

/** Where a chain begins for labels that the scheme does not allow one after the other: rare, and no more to be learned. */
const FORBIDDEN = -10;

/** First scores of a CRF: 0, and those of steps that the scheme forbids far below. */
function chainStart(labels: readonly string[], scheme: TagScheme): NamedArrays {
  const score = (before: string, label: string): number => (mayFollow(before, label, scheme) ? 0 : FORBIDDEN);
  const vector = (values: readonly number[], ...shape: number[]) => float32(shape, Float32Array.from(values));
  const count = labels.length;
  return {
    'crf.start_transitions': vector(
      labels.map((label) => score('O', label)),
      count,
    ),
    'crf.end_transitions': vector(
      labels.map((label) => score(label, 'O')),
      count,
    ),
    'crf.transitions': vector(
      labels.flatMap((before) => labels.map((label) => score(before, label))),
      count,
      count,
    ),
  };
}

/** Prepares a training job from a recipe and its data. @throws DataError for label smoothing together with a CRF */
export async function prepareTokenClassification(
  recipe: TokenClassificationRecipe,
  dataset: TokensDataset,
  context: JobContext,
  start?: Start,
): Promise<Job> {
  const { joiner } = dataset;
  if (recipe.crf && recipe.train.labelSmoothing > 0)
    throw new DataError(
      `${recipe.name}: expected train.labelSmoothing 0 with a CRF, got ${recipe.train.labelSmoothing}; a chain has no smoothed labels`,
    );
  tellNotes(dataset, context);
  const train = limited(dataset.splits.train, recipe.data.limit, recipe.seed);
  const texts = train.map(({ tokens }) => tokens.join(joiner));
  const tokenizer = start?.tokenizer ?? trainRecipeTokenizer(texts, recipe.tokenizer, frames.encoder);
  const hide = hiderOf(tokenizer, { share: recipe.hiddenTokens, seed: recipe.seed });
  const labels = tagsOf(dataset.labels, recipe.scheme);
  const fresh = encoderConfig(recipe.model, tokenizer, 'ForTokenClassification', labels);
  const body = start ? underNewHeadAndDropout(start.config, fresh) : fresh;
  const model = modelFor({ ...body, ...ownSettings(recipe) });
  const maxLength = Math.min(longestRow(model), recipe.model.maxLength);
  const sequences = encodeSequences(tokenizer, train, joiner, maxLength);
  tellOfWords(sequences, context.note);
  const rows = labelledRows(sequences, labels, recipe);
  const padId = Number(body.pad_token_id ?? 0);
  const schedule = batchSchedule(
    rows.map(({ ids }) => ids.length),
    recipe.train.batchSize,
    recipe.seed,
  );
  const initial = {
    ...initializeParameters(parameterSpecs(model), recipe.seed),
    ...(recipe.crf ? chainStart(labels, recipe.scheme) : {}),
    ...start?.parameters,
  };
  const tagger = await TokenTagger.create(model, context);
  const held = encodeSequences(tokenizer, dataset.splits.validation, joiner, maxLength);
  return {
    model,
    files: start ? filesForLength(start.files, maxLength) : tokenizerFiles(tokenizer, frames.encoder, maxLength),
    initial: Object.fromEntries([...parameterSpecs(model).keys()].map((name) => [name, initial[name] as NdArray])),
    objective: objectiveOf(model, ['input_ids', 'attention_mask', 'labels'], recipe.train.labelSmoothing),
    batchesAt: (step) => {
      const chosen = schedule(step).map((i) => rows[i] as (typeof rows)[number]);
      const shown = hide(
        chosen.map(({ ids }) => ids),
        step,
      );
      const batch = padded(shown, padId);
      const own = chosen.map((row) => row.labels);
      return [{ ...batch, labels: paddedRows(own, -100) }];
    },
    unitsOf: tokensIn,
    evaluate: async (parameters) => {
      const predicted = await predictSequences(tagger, parameters, held);
      const { precision, recall, f1 } = spanReport(
        held.examples.map((example) => example.labels),
        predicted.labels,
      );
      return { f1, precision, recall };
    },
    best: { metric: 'f1', mode: 'max' },
    checksums: dataset.checksums,
    release: () => tagger.release(),
  };
}
