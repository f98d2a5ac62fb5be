// Six ways to tell a decoder where a token stands, on one text: trained at one length, measured also on longer windows
// (Press et al. 2022 measured so).
import { float32, type NamedArrays } from '../../array/index.ts';
import { randomWindows } from '../../data/index.ts';
import { add, constant, crossEntropy, type Dim, gather, range, slice, type Tensor } from '../../graph/index.ts';
import type { Inputs, Model } from '../../models/index.ts';
import {
  type AttentionOptions,
  activationNamed,
  alibiBias,
  causalBias,
  embedding,
  layerNormWith,
  linearWith,
  type Module,
  normalInit,
  preNorm,
  project,
  relativeBias,
  rotary,
  separateProjections,
  sinusoidTable,
  tower,
} from '../../nn/index.ts';
import { matrix, validationRows } from '../corpus-job.ts';
import { type FirstValues, initializerRange } from '../first-values.ts';
import { logitsRunner, measure, runTrial, type TrialTarget } from './trial.ts';

/** A decoder's numbers. */
export interface PositionSize extends FirstValues {
  readonly vocabSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  /** The longest window that is ever measured: learned tables have so many rows. */
  readonly longest: number;
}

/** What a way adds to word vectors `[B, T, D]`, or to attention. */
interface PositionEncoding {
  readonly embed?: (module: Module, words: Tensor, size: PositionSize) => Tensor;
  readonly attend?: (module: Module, tokens: Dim, size: PositionSize) => Partial<AttentionOptions>;
}

/** Ways by name. */
export const positionEncodings = {
  none: {},
  learned: {
    embed: (module, words, size) => {
      const initialize = normalInit(initializerRange(size));
      const table = module.parameter('positions', [size.longest, size.dim], initialize);
      return add(words, gather(table, range(words.shape[1] as Dim)));
    },
  },
  sinusoidal: {
    embed: (_module, words, size) => add(words, slice(constant(scaledSinusoids(size)), 0, 0, words.shape[1] as Dim)),
  },
  rotary: { attend: (_module, _tokens, { dim, heads }) => ({ rotate: rotary(dim / heads) }) },
  ALiBi: { attend: (_module, tokens, { heads }) => ({ bias: alibiBias(heads, tokens) }) },
  T5: {
    attend: (module, tokens, { heads }) => ({
      bias: module.child('relative', (m) =>
        relativeBias(m, { tokens, keys: tokens }, { heads, buckets: 32, maxDistance: 128, bidirectional: false }),
      ),
    }),
  },
} as const satisfies Readonly<Record<string, PositionEncoding>> as Readonly<Record<PositionName, PositionEncoding>>;

/** Names of the ways. */
export type PositionName = 'none' | 'learned' | 'sinusoidal' | 'rotary' | 'ALiBi' | 'T5';

/** As large as word vectors are at first: sines of height 1 would drown them. */
function scaledSinusoids(size: PositionSize): ReturnType<typeof float32> {
  const table = sinusoidTable(size.longest, size.dim, 'interleaved');
  const height = initializerRange(size) * Math.SQRT2;
  return float32(
    [size.longest, size.dim],
    Array.from(table.data, (value) => value * height),
  );
}

const norm = layerNormWith(1e-5);

/** A pre-norm decoder with the given way; reads `input_ids`, with `labels` gives the shifted loss. */
export function positionModel(name: PositionName, size: PositionSize): Model {
  const encoding = positionEncodings[name];
  const places = { dtype: 'int64', shape: ['batch', 'tokens'] } as const;
  const forward = (module: Module, inputs: Inputs): ReturnType<Model['forward']> => {
    const ids = inputs.input_ids as Tensor;
    const tokens = ids.shape[1] as Dim;
    const initialize = normalInit(initializerRange(size));
    const layer = linearWith({ initialize });
    const table = { count: size.vocabSize, dim: size.dim };
    const words = module.child('words', (m) => embedding(m, ids, table, initialize));
    const x = encoding.embed?.(module, words, size) ?? words;
    const own = encoding.attend?.(module, tokens, size) ?? {};
    const causal = causalBias(tokens);
    const result = tower(module, x, size.layers, {
      attention: {
        heads: size.heads,
        projections: separateProjections(layer),
        ...own,
        bias: own.bias ? add(causal, own.bias) : causal,
      },
      feedForward: { ffnDim: size.ffnDim, activation: activationNamed('gelu'), layer },
      norm,
      residual: preNorm,
      dropout: 0,
    });
    const normal = module.child('norm', (m) => norm(m, result.x));
    const head = module.child('head', (m) => m.parameter('weight', [size.vocabSize, size.dim], initialize));
    const logits = project(normal, head);
    if (!inputs.labels) return { values: { logits }, states: {} };
    // the score at place t is of token t + 1
    const scored = slice(logits, 1, 0, -1);
    return { values: { logits, loss: crossEntropy(scored, slice(inputs.labels, 1, 1, tokens)) }, states: {} };
  };
  return {
    ...{ className: `Decoder with ${name} positions`, modelType: 'positions', config: {} },
    inputs: { input_ids: places, labels: { ...places, optional: true } },
    weights: { renames: [], prefix: '', ignored: [] },
    forward,
  };
}

/** One way, measured. */
export interface PositionCurve {
  readonly encoding: PositionName;
  /** Nats per token of windows of each length. */
  readonly points: readonly { readonly length: number; readonly loss: number }[];
}

/** What is trained and measured. */
export interface PositionExperiment {
  readonly size: Omit<PositionSize, 'longest'>;
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly length: number;
  readonly lengths: readonly number[];
  readonly steps: number;
  readonly warmup: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly note: (text: string) => void;
}

/** Tokens that are measured at every length. */
const MEASURED = 4096;

/** Trains every way on the same windows and measures it at every length. */
export async function comparePositions(experiment: PositionExperiment, target: TrialTarget): Promise<PositionCurve[]> {
  const { train, test, length, lengths, batchSize, seed, note, ...rest } = experiment;
  const size = { ...rest.size, longest: Math.max(length, ...lengths) };
  const batchAt = (step: number): NamedArrays => selfLabelled(randomWindows(train, { batchSize, length, seed, step }));
  const curves: PositionCurve[] = [];
  for (const encoding of Object.keys(positionEncodings) as PositionName[]) {
    const model = positionModel(encoding, size);
    const { steps, warmup, learningRate } = rest;
    const { parameters } = await runTrial({ model, seed, learningRate, steps, warmup, batchAt }, target);
    const runner = await logitsRunner(model, batchAt(1), target);
    const points: { length: number; loss: number }[] = [];
    try {
      for (const at of lengths)
        points.push({ length: at, loss: (await measure(runner, parameters, windows(test, at, batchSize), 1)).loss });
    } finally {
      await runner.release();
    }
    note(`positions ${encoding}: ${points.map((point) => `${point.length}: ${point.loss.toFixed(3)}`).join(', ')}`);
    curves.push({ encoding, points });
  }
  return curves;
}

/** Batches of windows that tile the first part of a text. @throws RangeError for a shorter one */
function windows(ids: readonly number[], length: number, batchSize: number): NamedArrays[] {
  const rows = validationRows(ids.slice(0, MEASURED), length);
  if (rows.length === 0)
    throw new RangeError(`compare: expected a test text of at least ${length} tokens, got ${ids.length}`);
  return Array.from({ length: Math.ceil(rows.length / batchSize) }, (_, i) =>
    selfLabelled(rows.slice(i * batchSize, (i + 1) * batchSize)),
  );
}

function selfLabelled(rows: readonly (readonly number[])[]): NamedArrays {
  const ids = matrix(rows);
  return { input_ids: ids, labels: ids };
}
