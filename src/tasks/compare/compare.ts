// The comparison of encoder, encoder-decoder and decoder: same data, same tokenizer, same number of parameters, same tokens seen,
// learning rates chosen with the same budget.
import type { NamedArrays } from '../../array/index.ts';
import type { TextDataset } from '../../data/index.ts';
import { parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { limited } from '../limited.ts';
import { frames, type TokenFrame, trainRecipeTokenizer } from '../tokenizer.ts';
import {
  type Candidate,
  type CandidateName,
  candidates,
  decoderParameters,
  matchedModel,
  sizeOf,
  type Way,
} from './candidates.ts';
import { type JudgedClaim, judgeClaims } from './claims.ts';
import { type AttentionMask, attentionMasks } from './masks.ts';
import { comparePositions, type PositionCurve } from './positions.ts';
import {
  classification,
  continuation,
  labelToken,
  type PairOfIds,
  type Problem,
  type ProblemKind,
  reversal,
  type SpecialIds,
} from './problems.ts';
import { type ComparedCell, problemMetrics, spreadOf } from './quality.ts';
import type { CompareRecipe } from './recipe.ts';
import { batchesOf, logitsRunner, measure, runTrial, type Score, type Trained, type TrialTarget } from './trial.ts';

/** A model's attention, with whether it may look ahead. */
export interface CandidateMasks {
  readonly candidate: CandidateName;
  readonly masks: readonly (AttentionMask & { readonly is_causal: boolean })[];
}

/** Everything that was compared; keys are those of `--json`. */
export interface ArchitectureComparison {
  readonly recipe: CompareRecipe;
  readonly vocabulary: number;
  /** Tokens of all examples that were trained on, with each seed, by every architecture. */
  readonly tokens_seen: Readonly<Record<string, number>>;
  readonly cells: readonly ComparedCell[];
  readonly undefined_for: readonly { readonly candidate: CandidateName; readonly problem: ProblemKind }[];
  readonly claims: readonly JudgedClaim[];
  readonly masks: readonly CandidateMasks[];
  readonly positions: readonly PositionCurve[];
}

/** Where it runs, and who is told. */
export interface CompareContext extends TrialTarget {
  readonly note: (text: string) => void;
}

/** Compares on a labelled data set. @throws RangeError when parameters cannot be matched, or there are less than two seeds */
export async function compareArchitectures(
  recipe: CompareRecipe,
  dataset: TextDataset,
  context: CompareContext,
): Promise<ArchitectureComparison> {
  spreadOf(recipe.seeds);
  const tokenizer = tokenizerFor(recipe, dataset);
  const special = specialOf(tokenizer);
  const firstWord =
    Math.max(special.eos, ...dataset.labels.map((_, i) => tokenizer.tokenToId(labelToken(i)) as number)) + 1;
  const problems = [
    classification(recipe, dataset, tokenizer),
    reversal(recipe, firstWord),
    continuation(recipe, dataset, tokenizer),
  ];
  const setup: Setup = { recipe, special, vocabSize: tokenizer.vocabSize, context };
  const cells: ComparedCell[] = [];
  const missing: { candidate: CandidateName; problem: ProblemKind }[] = [];
  for (const problem of problems) {
    for (const candidate of candidates) {
      if (!candidate.ways[problem.kind]) missing.push({ candidate: candidate.name, problem: problem.kind });
      for (const way of candidate.ways[problem.kind] ?? [])
        cells.push(await compareOne(candidate, way, problem, setup));
    }
  }
  return {
    ...{ recipe, vocabulary: tokenizer.vocabSize, cells, undefined_for: missing, claims: judgeClaims(cells) },
    tokens_seen: Object.fromEntries(problems.map((problem) => [problem.kind, tokensSeen(problem, recipe)])),
    masks: await allMasks(problems[1] as Problem, setup),
    positions: await positionsOn(dataset, tokenizer, setup),
  };
}

/** What all parts share. */
interface Setup {
  readonly recipe: CompareRecipe;
  readonly special: SpecialIds;
  readonly vocabSize: number;
  readonly context: CompareContext;
}

const frameFor = ({ labels }: TextDataset): TokenFrame => ({
  ...frames.decoder,
  more: labels.map((_, i) => labelToken(i)),
});

function tokenizerFor(recipe: CompareRecipe, dataset: TextDataset): Tokenizer {
  const texts = limited(dataset.splits.train, recipe.data.limit, 1).map(({ text }) => text);
  return trainRecipeTokenizer(texts, recipe.tokenizer, frameFor(dataset));
}

function specialOf(tokenizer: Tokenizer): SpecialIds {
  const id = (token: string): number => tokenizer.tokenToId(token) as number;
  return { pad: id('<pad>'), bos: id('<bos>'), eos: id('<eos>') };
}

const lengthOf = ({ source, target }: PairOfIds): number => source.length + target.length;

/** Tokens of the examples of all steps with the first seed. */
function tokensSeen({ train }: Problem, { train: { steps, batchSize }, seeds }: CompareRecipe): number {
  const at = batchesOf(train, lengthOf, batchSize, seeds[0] as number);
  let sum = 0;
  for (let step = 1; step <= steps; step++) sum += at(step).reduce((total, pair) => total + lengthOf(pair), 0);
  return sum;
}

/** One training with one rate, and its measure. */
interface Run {
  readonly rate: number;
  readonly trained: Trained;
  readonly score: Score;
}

async function compareOne(candidate: Candidate, way: Way, problem: Problem, setup: Setup): Promise<ComparedCell> {
  const { recipe, special, vocabSize, context } = setup;
  const { kind, labels } = problem;
  const size = sizeOf(recipe, problem, vocabSize, special);
  const wanted = decoderParameters(kind, size);
  const { model, parameters: count, ffnDim } = matchedModel(candidate, kind, size, wanted, way);
  const { batchSize, steps, warmup } = recipe.train;
  const arrays = (pairs: readonly PairOfIds[], isTraining: boolean): NamedArrays =>
    way.batch(pairs, { special, labels, isTraining });
  const measured = (pairs: readonly PairOfIds[]): NamedArrays[] => {
    const sorted = pairs.toSorted((a, b) => lengthOf(a) - lengthOf(b));
    return Array.from({ length: Math.ceil(sorted.length / batchSize) }, (_, i) =>
      arrays(sorted.slice(i * batchSize, (i + 1) * batchSize), false),
    );
  };
  const among = way.choosesLabels ? labels : undefined;
  const [validation, test] = [measured(problem.validation), measured(problem.test)];
  const runner = await logitsRunner(model, test[0] as NamedArrays, context);
  const train = async (seed: number, rate: number, some: number, batches: readonly NamedArrays[]): Promise<Run> => {
    const at = batchesOf(problem.train, lengthOf, batchSize, seed);
    const batchAt = (step: number): NamedArrays => arrays(at(step), true);
    const trained = await runTrial({ model, seed, learningRate: rate, steps: some, warmup, batchAt }, context);
    return { rate, trained, score: await measure(runner, trained.parameters, batches, way.shift, among) };
  };
  const { of, isHigherBetter, say, name } = problemMetrics[kind];
  const [tried, runs]: [Run[], Run[]] = [[], []];
  try {
    for (const rate of recipe.learningRates)
      tried.push(await train(0, rate, Math.max(1, Math.floor(steps / 3)), validation));
    // by the loss, which tells more than shares do after few steps
    const { rate } = tried.reduce((best, run) => (run.score.loss < best.score.loss ? run : best));
    for (const seed of recipe.seeds) runs.push(await train(seed, rate, steps, test));
  } finally {
    await runner.release();
  }
  const quality = spreadOf(runs.map(({ score }) => of(score)));
  context.note(
    `${kind}, ${candidate.name}${way.name ? ` (${way.name})` : ''}: ${name} ${say(quality.mean)} (${isHigherBetter ? 'higher' : 'lower'} is better)`,
  );
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    ...{
      candidate: candidate.name,
      problem: kind,
      ...(way.name ? { way: way.name } : {}),
      class: way.className,
      parameters: count,
      feed_forward: ffnDim,
    },
    ...{ learning_rate: runs[0]?.rate as number, quality },
    step_ms: mean(runs.map(({ trained }) => trained.stepMilliseconds)),
    row_ms: mean(runs.map(({ score }) => score.millisecondsPerRow)),
    step_bytes: mean(runs.map(({ trained }) => trained.stepBytes)),
  };
}

/** The attention of each, as it is before training, on one sequence. */
async function allMasks(problem: Problem, { recipe, special, vocabSize, context }: Setup): Promise<CandidateMasks[]> {
  const size = sizeOf(recipe, problem, vocabSize, special);
  const wanted = decoderParameters(problem.kind, size);
  const found: CandidateMasks[] = [];
  for (const candidate of candidates) {
    const { model } = matchedModel(candidate, problem.kind, size, wanted);
    const parameters = initializeParameters(parameterSpecs(model), recipe.seeds[0] as number);
    const pairs = problem.test.slice(0, 1);
    const batch = candidate.ways[problem.kind]?.[0].batch(pairs, {
      special,
      labels: [],
      isTraining: false,
    }) as NamedArrays;
    const masks = await attentionMasks(model, parameters, batch, context);
    found.push({
      candidate: candidate.name,
      masks: masks.map((mask) => ({ ...mask, is_causal: candidate.causal?.test(mask.name) ?? false })),
    });
  }
  return found;
}

/** The texts one after the other, for the position encodings. */
function positionsOn(
  dataset: TextDataset,
  tokenizer: Tokenizer,
  { recipe, vocabSize, context }: Setup,
): Promise<PositionCurve[]> {
  const idsOf = (part: 'train' | 'test'): number[] =>
    limited(dataset.splits[part], recipe.data.limit, 1).flatMap(({ text }) => [
      ...tokenizer.encodeIds(text, { addSpecialTokens: false, special: 'text' }),
      tokenizer.tokenToId('<eos>') as number,
    ]);
  const { length, lengths } = recipe.positions;
  const { batchSize, warmup, steps } = recipe.train;
  const { note } = context;
  const learningRate = recipe.learningRates[0] as number;
  const seed = recipe.seeds[0] as number;
  const size = { ...recipe.size, vocabSize };
  const [train, test] = [idsOf('train'), idsOf('test')];
  return comparePositions(
    { size, train, test, length, lengths, steps, warmup, batchSize, learningRate, seed, note },
    context,
  );
}
