// Token classification of run folders: get ready, measure, answer.
import { loadTokensDataset } from '../../data/index.node.ts';
import {
  bootstrapCorpus,
  DataError,
  entityDictionary,
  retag,
  type SpanScores,
  schemeOf,
  spanF1,
  spanReport,
  spanStatistics,
  strayTags,
  type TokensDataset,
  type TokensExample,
  windowRegression,
} from '../../data/index.ts';
import { tokenJoiner } from '../../tokens/index.ts';
import { noteIn, TextCounter, tellOfCuts } from '../encode-texts.ts';
import type { JobContext } from '../job.ts';
import type { PipelineContext } from '../pipeline.node.ts';
import { percent, scoreLine, tellNotes } from '../reporting.ts';
import { loadOptions, measuredSet, partOf } from '../run-data.node.ts';
import { openStart } from '../start.node.ts';
import type { EvaluateOptions, Evaluation, Task } from '../task.node.ts';
import { type OpenTextModel, openTextModel } from '../text-model.node.ts';
import { countWindows, longestRow, windowsOf } from '../windows.ts';
import {
  type AggregationStrategy,
  aggregationStrategies,
  type EntityContext,
  type EntityGroup,
  entitiesOf,
  type TaggedToken,
} from './entities.ts';
import { encodeSequences, predictSequences, prepareTokenClassification } from './prepare.ts';
import type { TokenClassificationRecipe } from './recipe.ts';
import { decoderOf, TokenTagger } from './tagger.ts';

/** A token classifier with its parameters. */
export interface OpenTagger extends OpenTextModel {
  readonly tagger: TokenTagger;
  /** The strategy that its folder asks for (`task_specific_params` in the configuration), else `none` as in Transformers. */
  readonly strategy: AggregationStrategy;
  /** For people: which texts are read in windows, and what the vocabulary lacks. */
  readonly note: (text: string) => void;
}

/** Options of tagging texts. */
export interface TagOptions {
  readonly strategy?: AggregationStrategy;
  /** Labels or types to leave out. Default `['O']`. */
  readonly ignored?: readonly string[];
  /** Counts what reading the texts met, in place of telling of it. */
  readonly counter?: TextCounter;
}

/** Opens a token classifier. @throws CheckpointError, TokenizerError, DataError for a model of another kind or a vocabulary that does not fit */
export async function openTagger(
  name: string,
  context: PipelineContext & Partial<Pick<JobContext, 'note'>>,
): Promise<OpenTagger> {
  const about = { head: 'ForTokenClassification', purpose: 'token classification' };
  const open = await openTextModel(name, about, context);
  const { config } = open.model;
  const own = (config.task_specific_params as Record<string, { aggregation_strategy?: string }> | undefined)?.[
    'token-classification'
  ]?.aggregation_strategy;
  const strategy = aggregationStrategies.find((known) => known === own) ?? 'none';
  return { ...open, strategy, note: noteIn(context), tagger: await TokenTagger.create(open.model, context) };
}

/**
 * Tokens or entities of each text, in order; texts longer than the model are read in windows. A text without tokens has none.
 * @throws DataError for a strategy that is not known
 */
export async function tagTexts(
  open: OpenTagger,
  texts: readonly string[],
  options: TagOptions = {},
): Promise<(TaggedToken | EntityGroup)[][]> {
  const { tokenizer, tagger, parameters } = open;
  const { strategy = open.strategy, ignored = ['O'] } = options;
  if (!aggregationStrategies.includes(strategy))
    throw new DataError(`expected a strategy among ${aggregationStrategies.join(', ')}, got '${strategy}'`);
  const maxLength = longestRow(open.model);
  const windowed = texts.map((text) => windowsOf(tokenizer, text, maxLength));
  const counter = options.counter ?? new TextCounter(tokenizer);
  countWindows(counter, windowed);
  if (!options.counter) tellOfCuts(counter.met, maxLength, tokenizer, open.note, 'are read in windows');
  const scores = await tagger.scores(parameters, windowed);
  const context: EntityContext = {
    ...{ tokenizer, labels: tagger.labels, decoder: decoderOf(parameters) },
    join: tokenJoiner(tokenizer.toJSON()),
  };
  return windowed.map((text, i) => entitiesOf(text, scores[i] ?? [], context, { strategy, ignored }));
}

/** Entities of each text by the model's own strategy (`simple` where it has none), with `word` as the text has it. */
export async function findEntities(
  open: OpenTagger,
  texts: readonly string[],
  options: Pick<TagOptions, 'counter'> = {},
): Promise<EntityGroup[][]> {
  const strategy = open.strategy === 'none' ? 'simple' : open.strategy;
  const found = (await tagTexts(open, texts, { ...options, strategy })) as EntityGroup[][];
  return found.map((entities, i) =>
    entities.map((one) => ({ ...one, word: (texts[i] as string).slice(one.start, one.end) })),
  );
}

/** How well a token classifier finds spans. */
export interface TokenClassificationEvaluation extends Evaluation, SpanScores {
  /** 95 % bootstrap interval of F1 over sequences. */
  readonly interval: readonly [number, number];
  /** Spans that are there. */
  readonly entities: number;
  /** By the rules of the model's own scheme, where a span that breaks them is none (seqeval's strict mode). */
  readonly strict: SpanScores;
  /** With a CRF: what the scores give without it, as Transformers and Transformers.js read the model. */
  readonly by_token?: SpanScores;
  /** Predicted labels that go on with a span that there is none of. */
  readonly stray: number;
  readonly types: Readonly<Record<string, SpanScores & { readonly support: number }>>;
  /** F1 of cheap rivals on the same sequences; only for data with a training part. */
  readonly baselines: Readonly<Record<string, number>>;
}

const scoresIn = ({ precision, recall, f1 }: SpanScores): SpanScores => ({ precision, recall, f1 });

/** Measures a run on a split of its own data set, or on a CoNLL file. */
async function evaluate(
  name: string,
  context: JobContext,
  options: EvaluateOptions,
): Promise<TokenClassificationEvaluation> {
  const open = await openTagger(name, context);
  try {
    const { dataset, examples, train, data, split } = await examplesFor(open.dir, context, options);
    const { tagger, tokenizer, parameters, model } = open;
    const scheme = schemeOf(tagger.labels);
    const truth = examples.map(({ labels }) => labels);
    const known = new Set(tagger.labels.map((label) => label.slice(2)));
    const strangers = dataset.labels.filter((label) => label !== 'O' && !known.has(label.slice(2)));
    if (strangers.length > 0)
      throw new DataError(
        `evaluate: expected labels of the types ${[...known].filter(Boolean).join(', ')}, got ${strangers.join(', ')} (${data})`,
      );
    const sequences = encodeSequences(tokenizer, examples, dataset.joiner, longestRow(model));
    const counter = new TextCounter(tokenizer);
    countWindows(counter, sequences.encoded);
    tellOfCuts(counter.met, longestRow(model), tokenizer, context.note, 'are read in windows');
    const { raw, labels, byToken } = await predictSequences(tagger, parameters, sequences);
    const report = spanReport(truth, labels);
    const strict = spanReport(
      truth.map((own) => retag(own, scheme)),
      raw,
      scheme,
    );
    const f1 = (predicted: readonly string[][]): number => spanReport(truth, predicted).f1;
    const baselines =
      train.length === 0
        ? {}
        : {
            dictionary: f1(entityDictionary(train, examples)),
            window_regression: f1(windowRegression(train, examples)),
          };
    return {
      ...{ data, split, examples: examples.length },
      entities: [...report.types.values()].reduce((sum, { support }) => sum + support, 0),
      ...scoresIn(report),
      interval: bootstrapCorpus(spanStatistics(truth, labels), spanF1),
      strict: scoresIn(strict),
      ...(model.config.use_crf === true ? { by_token: scoresIn(spanReport(truth, byToken())) } : {}),
      stray: raw.reduce((sum, own) => sum + strayTags(own), 0),
      types: Object.fromEntries(report.types),
      baselines,
    };
  } finally {
    await open.tagger.release();
  }
}

async function examplesFor(
  dir: string,
  context: JobContext,
  options: EvaluateOptions,
): Promise<{
  dataset: TokensDataset;
  examples: readonly TokensExample[];
  train: readonly TokensExample[];
  data: string;
  split: string;
}> {
  const { split = 'test' } = options;
  const set = await measuredSet(dir, options.data);
  const { id } = set;
  const dataset = await loadTokensDataset(id, context.folders, loadOptions(set, context));
  tellNotes(dataset, context);
  const { splits } = dataset;
  if (options.data !== undefined && /[./]/.test(id))
    return { dataset, examples: Object.values(splits).flat(), train: [], data: id, split: 'all' };
  return { dataset, examples: partOf(splits, split), train: splits.train, data: id, split };
}

function report(result: TokenClassificationEvaluation): string {
  const rivals = Object.entries(result.baselines).map(([name, value]) => scoreLine(name, `F1 ${percent(value)}`));
  const types = Object.entries(result.types).map(
    ([name, one]) =>
      `  ${name.padEnd(22)} F1 ${percent(one.f1)}  precision ${percent(one.precision)}, recall ${percent(one.recall)}, ${one.support} entities`,
  );
  const [low, high] = result.interval;
  return [
    `${result.data}, ${result.split}: ${result.examples} sequences, ${result.entities} entities`,
    scoreLine(
      'Transformer',
      `F1 ${percent(result.f1)}  (95 % interval ${percent(low)} – ${percent(high)}; strict ${percent(result.strict.f1)}; ${result.stray} stray labels)`,
    ),
    ...(result.by_token ? [scoreLine('without its CRF', `F1 ${percent(result.by_token.f1)}`)] : []),
    ...rivals,
    'by type',
    ...types,
  ].join('\n');
}

/** A label for every word or character. */
export const tokenClassification: Task<TokenClassificationRecipe, TokenClassificationEvaluation, EntityGroup[]> = {
  prepare: async (recipe, context) => {
    const dataset = await loadTokensDataset(recipe.data.id, context.folders, loadOptions(recipe.data, context));
    const start = recipe.startFrom
      ? await openStart(recipe.startFrom, 'ForTokenClassification', context.hub)
      : undefined;
    return prepareTokenClassification(recipe, dataset, context, start);
  },
  evaluate,
  report,
  open: async (name, context) => {
    const open = await openTagger(name, context);
    return {
      answer: (texts) => findEntities(open, texts),
      line: (entities, text) =>
        `${entities.map((one) => `${one.word} ${one.entity_group} ${percent(one.score)}`).join(', ') || '–'}\t${text}`,
      release: () => open.tagger.release(),
    };
  },
};
