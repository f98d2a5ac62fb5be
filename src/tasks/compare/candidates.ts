// The three architectures under comparison: their configurations at one number of parameters, and how each does a problem.
import { int64, type NamedArrays } from '../../array/index.ts';
import { padded, paddedRows } from '../../data/index.ts';
import { type HubConfig, type Model, modelFor, parameterSpecs } from '../../models/index.ts';
import { countParameters } from '../../nn/index.ts';
import { type FirstValues, initializerRange } from '../first-values.ts';
import { labelTables } from '../labels.ts';
import type { PairOfIds, Problem, ProblemKind, SpecialIds } from './problems.ts';
import type { CompareRecipe } from './recipe.ts';

const IGNORED = -100;

/** Names of the three, as textbooks have them. */
export type CandidateName = 'encoder' | 'encoder-decoder' | 'decoder';

/** The numbers that configurations differ in. */
export interface CandidateSize extends FirstValues {
  readonly vocabSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly positions: number;
  readonly classes: number;
  readonly special: SpecialIds;
}

/** Where an architecture has two ways to do a problem: which it is. */
export type WayName = 'last token' | 'label words';

/** How one architecture does one kind of problem. */
export interface Way {
  readonly name?: WayName;
  readonly className: string;
  /** Arrays of some pairs; those that are measured may ask for less than those that are learned from. */
  readonly batch: (pairs: readonly PairOfIds[], context: WayContext) => NamedArrays;
  /** Scores at place t are of label t + shift. */
  readonly shift: 0 | 1;
  /** The label's word is chosen among those of labels; else among all there are. */
  readonly choosesLabels?: boolean;
}

/** What batches need to know. */
export interface WayContext {
  readonly special: SpecialIds;
  readonly labels: readonly number[];
  readonly isTraining: boolean;
}

/** One architecture. */
export interface Candidate {
  readonly name: CandidateName;
  readonly config: (size: CandidateSize) => HubConfig;
  /** What its `config.json` calls the deviation of first weights. */
  readonly firstValues: 'initializer_range' | 'init_std';
  /** Absent: not defined for it. The first is the usual one. */
  readonly ways: { readonly [K in ProblemKind]?: readonly [Way, ...Way[]] };
  /** Names of its attentions that may not look ahead. */
  readonly causal: RegExp | undefined;
}

const reading = (rows: readonly (readonly number[])[], { special }: WayContext): NamedArrays =>
  padded(rows, special.pad);

const classes = (pairs: readonly PairOfIds[], { labels }: WayContext): NamedArrays['x'] =>
  int64(
    [pairs.length],
    pairs.map(({ target }) => labels.indexOf(target[0] as number)),
  );

/** A class from the whole text; `<eos>` ends it, for encoders also begins it. */
const classWay = (className: string, frame: (row: readonly number[], special: SpecialIds) => number[]): Way => ({
  className,
  batch: (pairs, context) => ({
    ...reading(
      pairs.map(({ source }) => frame(source, context.special)),
      context,
    ),
    labels: classes(pairs, context),
  }),
  shift: 0,
});

/** Encoder reads, decoder writes. */
const written = (ends: boolean): Way => ({
  className: 'BartForConditionalGeneration',
  batch: (pairs, context) => ({
    ...reading(
      pairs.map(({ source }) => [...source, context.special.eos]),
      context,
    ),
    labels: paddedRows(
      pairs.map(({ target }) => (ends ? [...target, context.special.eos] : target)),
      IGNORED,
    ),
  }),
  shift: 0,
});

/** One row: what is read, a mark between, what is written. `learnsAll`: what is read is predicted too while training. */
const goneOn = (between: (special: SpecialIds) => number[], ends: boolean, learnsAll: boolean): Way => ({
  className: 'GPT2LMHeadModel',
  batch: (pairs, context) => {
    const { special, isTraining } = context;
    const rows = pairs.map(({ source, target }) => {
      const before = [...source, ...between(special)];
      const after = ends ? [...target, special.eos] : target;
      const kept = learnsAll && isTraining ? before : before.map(() => IGNORED);
      return { row: [...before, ...after], labels: [...kept, ...after] };
    });
    return {
      ...reading(
        rows.map(({ row }) => row),
        context,
      ),
      labels: paddedRows(
        rows.map(({ labels }) => labels),
        IGNORED,
      ),
    };
  },
  shift: 1,
});

/** All places at once: what an encoder can rewrite is as long as what it reads. */
const atOnce: Way = {
  className: 'BertForMaskedLM',
  batch: (pairs, context) => ({
    ...reading(
      pairs.map(({ source }) => source),
      context,
    ),
    labels: paddedRows(
      pairs.map(({ target }) => target),
      IGNORED,
    ),
  }),
  shift: 0,
};

const labelTable = (count: number): HubConfig => labelTables(Array.from({ length: count }, (_, i) => `${i}`));

const dropout = 0.1;

/** All three. */
export const candidates: readonly Candidate[] = [
  {
    name: 'encoder',
    config: ({ vocabSize, dim, layers, heads, ffnDim, positions, classes: count, special }) => ({
      ...{ model_type: 'bert', vocab_size: vocabSize, hidden_size: dim, num_hidden_layers: layers },
      ...{ num_attention_heads: heads, intermediate_size: ffnDim, max_position_embeddings: positions },
      ...{ hidden_dropout_prob: dropout, attention_probs_dropout_prob: 0, type_vocab_size: 1 },
      ...{ pad_token_id: special.pad, ...labelTable(count) },
    }),
    firstValues: 'initializer_range',
    ways: {
      classify: [classWay('BertForSequenceClassification', (row, { bos, eos }) => [bos, ...row, eos])],
      rewrite: [atOnce],
    },
    causal: undefined,
  },
  {
    name: 'encoder-decoder',
    config: ({ vocabSize, dim, layers, heads, ffnDim, positions, special }) => ({
      ...{ model_type: 'bart', vocab_size: vocabSize, d_model: dim, max_position_embeddings: positions },
      ...{ encoder_layers: Math.ceil(layers / 2), decoder_layers: Math.max(1, Math.floor(layers / 2)) },
      ...{ encoder_attention_heads: heads, decoder_attention_heads: heads },
      ...{ encoder_ffn_dim: ffnDim, decoder_ffn_dim: ffnDim, dropout, attention_dropout: 0 },
      ...{ pad_token_id: special.pad, decoder_start_token_id: special.bos, eos_token_id: special.eos },
    }),
    firstValues: 'init_std',
    ways: { classify: [written(false)], rewrite: [written(true)], continue: [written(false)] },
    causal: /^decoder_attentions/,
  },
  {
    name: 'decoder',
    config: ({ vocabSize, dim, layers, heads, ffnDim, positions, classes: count, special }) => ({
      ...{ model_type: 'gpt2', vocab_size: vocabSize, n_embd: dim, n_layer: layers, n_head: heads, n_inner: ffnDim },
      ...{ n_positions: positions, resid_pdrop: dropout, embd_pdrop: dropout, attn_pdrop: 0 },
      ...{ pad_token_id: special.pad, bos_token_id: special.bos, eos_token_id: special.eos, ...labelTable(count) },
    }),
    firstValues: 'initializer_range',
    ways: {
      classify: [
        { ...classWay('GPT2ForSequenceClassification', (row, { eos }) => [...row, eos]), name: 'last token' },
        // no head: the text is a prompt, and what goes on best after it is the label's word
        { ...goneOn(({ bos }) => [bos], false, false), name: 'label words', choosesLabels: true },
      ],
      rewrite: [goneOn(({ bos }) => [bos], true, false)],
      continue: [goneOn(() => [], false, true)],
    },
    causal: /^attentions/,
  },
];

/** A candidate's model for a problem, done in its usual way or another. */
export function modelOf(
  candidate: Candidate,
  kind: ProblemKind,
  size: CandidateSize,
  way: Way | undefined = candidate.ways[kind]?.[0],
): Model {
  if (!way)
    throw new RangeError(`compare: expected a problem that the ${candidate.name} is defined for, got '${kind}'`);
  const first = { [candidate.firstValues]: initializerRange(size) };
  return modelFor({ ...candidate.config(size), ...first, architectures: [way.className] });
}

/** How far numbers of parameters may lie apart. */
export const TOLERANCE = 0.03;

/** The number of parameters of the decoder, which the others are brought to. */
export function decoderParameters(kind: ProblemKind, size: CandidateSize): number {
  return countParameters(parameterSpecs(modelOf(candidates[2] as Candidate, kind, size)));
}

/**
 * The model with as many parameters as asked for, by the width of its feed-forward layers.
 * @throws RangeError when no width comes within `TOLERANCE`
 */
export function matchedModel(
  candidate: Candidate,
  kind: ProblemKind,
  size: CandidateSize,
  wanted: number,
  way?: Way,
): { readonly model: Model; readonly parameters: number; readonly ffnDim: number } {
  const count = (ffnDim: number): number =>
    countParameters(parameterSpecs(modelOf(candidate, kind, { ...size, ffnDim }, way)));
  // the number is linear in the width
  const [one, two] = [count(8), count(16)];
  const ffnDim = Math.max(1, Math.round(8 + ((wanted - one) * 8) / (two - one)));
  const parameters = count(ffnDim);
  if (Math.abs(parameters / wanted - 1) > TOLERANCE)
    throw new RangeError(
      `compare: expected the ${candidate.name} to have ${wanted} parameters within ${100 * TOLERANCE} %, got ${parameters} with feed-forward layers of ${ffnDim}; change size.dim or size.ffnDim`,
    );
  return { model: modelOf(candidate, kind, { ...size, ffnDim }, way), parameters, ffnDim };
}

/** The size of a recipe, for a problem. */
export function sizeOf(
  { size, maxLength, reversal }: CompareRecipe,
  { labels }: Problem,
  vocabSize: number,
  special: SpecialIds,
): CandidateSize {
  const positions = Math.max(maxLength, 2 * reversal.longest + 2);
  return { ...size, vocabSize, positions, classes: Math.max(2, labels.length), special };
}
