// A decoder that goes on from where it was: prompts in, then one token a row at a time, keys and values kept in between.
// One graph serves prompt and steps (its `past` may be 0); an encoder's states are read once. See decision 0024. The graph gives the
// new keys and values alone, time first, and is fed the kept ones so (row-cache.ts): nothing that is kept is moved from step to step.
import { type NamedArrays, type NdArray, ndArray } from '../../array/index.ts';
import { addDims, type Dim, input, isOp, logSoftmax, slice, type Tensor, trace, transpose } from '../../graph/index.ts';
import { declareInputs, type InputSpec, type Inputs, type Model } from '../../models/index.ts';
import { Module } from '../../nn/index.ts';
import { selectOutputs } from '../forward.ts';
import { feedsFor, type SessionTarget, SizedSessions } from '../session.ts';
import { GenerationError } from './generation-error.ts';
import { RowCache } from './row-cache.ts';
import { type AllScores, bestOf, PRESENT, readStep, SCORED_IDS, type StepResult, spread } from './step-result.ts';

/** States that can be had of every step. */
export type StepState = 'attentions' | 'hidden_states';

/** What every step of one request gives. */
export interface StepWish {
  /** Scores as the model has them, or normalised in the graph, as beam search adds them up. */
  readonly scores: 'logits' | 'log_probabilities';
  /** After the first step only the best so many of each row, if that is enough to choose from; the others are −∞. Default: all. */
  readonly top?: number | undefined;
  readonly states: readonly StepState[];
}

/** Prompts as the model reads them. */
export interface PromptRows {
  /** `[R][T]`, padded to one length: a decoder-only model's prompt or an encoder's text. */
  readonly ids: readonly (readonly number[])[];
  /** 1 for text, 0 for padding; absent where there is no padding. */
  readonly mask?: readonly (readonly number[])[] | undefined;
  /** Where an encoder-decoder begins to write, rows of one length. */
  readonly decoderIds?: readonly (readonly number[])[] | undefined;
  /** What the encoder reads beside or in place of a text: `pixel_values` `[R, C, H, W]`. */
  readonly seen?: NamedArrays | undefined;
}

/** Rows under way. */
export interface Rows {
  /** Appends tokens, the same number to each row, and gives the scores of what comes next. */
  step(tokens: readonly (readonly number[])[]): Promise<StepResult>;
  /** Goes on with these rows, in this order; a row may be named several times or not at all. */
  select(rows: readonly number[]): void;
  /** What the encoder saw, where there is one: `encoder_attentions.{i}`, `encoder_hidden_states.{i}`. */
  readonly encoderStates: Readonly<Record<string, NdArray>>;
}

const PAST = 'past_key_values.';
/** The symbol of how many tokens are cached. */
const PAST_TOKENS = 'past';

function matrix(rows: readonly (readonly number[])[]): NdArray<'int64'> {
  const width = rows[0]?.length ?? 0;
  const data = new BigInt64Array(rows.length * width);
  rows.forEach((row, r) => {
    for (let t = 0; t < width; t++) data[r * width + t] = BigInt(row[t] as number);
  });
  return ndArray('int64', [rows.length, width], data);
}

/** What one run is to give. */
interface RunWish {
  readonly wanted: readonly string[];
  readonly scores?: StepWish['scores'] | undefined;
  readonly top?: number | undefined;
  readonly known?: KnownSizes;
}

/** Sessions of one model, made when they are first needed and shared by all requests. */
export class Engine {
  readonly model: Model;
  readonly #parameters: NamedArrays;
  readonly #target: SessionTarget;
  readonly #sessions = new Map<string, SizedSessions>();

  constructor(model: Model, parameters: NamedArrays, target: SessionTarget) {
    this.model = model;
    this.#parameters = parameters;
    // a prompt's graph and a step's would each have a copy of packed weights
    this.#target = { ...target, weights: 'fed' };
  }

  /** Reads prompts: gives rows that have not been stepped yet, with the first tokens to step them with. */
  async start(prompt: PromptRows, wish: StepWish): Promise<Rows> {
    const { parts } = this.model;
    return parts ? this.#startDecoder(parts, prompt, wish) : new OwnRows(this, this.model, prompt, wish);
  }

  async #startDecoder(parts: NonNullable<Model['parts']>, prompt: PromptRows, wish: StepWish): Promise<Rows> {
    const inputs: NamedArrays = {
      ...('input_ids' in parts.encoder.inputs ? { input_ids: matrix(prompt.ids) } : {}),
      ...(prompt.mask ? { attention_mask: matrix(prompt.mask) } : {}),
      ...prompt.seen,
    };
    const encoded = await this.run(parts.encoder, inputs, { wanted: ['last_hidden_state', ...wish.states] });
    const { last_hidden_state: states, ...others } = encoded;
    const named = Object.entries(others).map(([name, array]) => [`encoder_${name}`, array] as const);
    return new DecoderRows(this, parts.decoder, {
      states: states as NdArray,
      mask: inputs.attention_mask,
      wish,
      encoderStates: Object.fromEntries(named),
    });
  }

  /** Runs one part of the model on arrays; a session is made for each set of inputs and results. */
  async run(
    part: Model,
    inputs: NamedArrays,
    { wanted, scores, top, known = {} }: RunWish,
  ): Promise<Record<string, NdArray>> {
    const given = Object.keys(inputs);
    const key = [part.className, ...given, ':', ...wanted, scores, top, ...Object.keys(known)].join(' ');
    const sessions =
      this.#sessions.get(key) ??
      new SizedSessions(outputsOf(part, given, wanted, { scores, top, known }), this.#target);
    this.#sessions.set(key, sessions);
    const live = await sessions.for(inputs, this.#parameters);
    return live.run(feedsFor(live, inputs, this.#parameters));
  }

  /** Frees all sessions; the engine may be used again. */
  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const each of sessions) await each.release();
  }
}

const TIME_FIRST = [2, 0, 1, 3];
const ROWS_FIRST = [1, 2, 0, 3];

/** A decoder's own cache, which grows; an encoder's does not. */
const grows = (name: string): boolean => !name.includes('.encoder.');

/** Sizes that a graph knows as numbers, by their symbols: one token a row in steps, one row where there is one. */
type KnownSizes = Readonly<Record<string, number>>;

/** Steps get graphs of their own: with sizes as numbers, shapes need no arithmetic while running. */
function knownSizes(part: Model, ones: { readonly rows: boolean; readonly tokens: boolean }): KnownSizes {
  const [rows, tokens] = part.inputs.input_ids?.shape ?? [];
  return { ...(ones.rows ? { [rows as string]: 1 } : {}), ...(ones.tokens ? { [tokens as string]: 1 } : {}) };
}

/** The inputs as the model wants them, its cache fed time first. */
function inputsOf(part: Model, given: readonly string[], known: KnownSizes): Inputs {
  const sums = Object.keys(known).map((symbol) => [addDims(PAST_TOKENS, symbol), addDims(PAST_TOKENS, 1)] as const);
  const sizes = new Map<Dim, Dim>([...Object.entries(known), ...sums]);
  const entries = Object.entries(declareInputs(part, given)).map(([name, tensor]) => {
    if (!tensor) return [name, tensor];
    const shape = tensor.shape.map((dim) => sizes.get(dim) ?? dim);
    if (!name.startsWith(PAST) || !grows(name)) return [name, input(name, tensor.dtype, shape)];
    const [rows, heads, past, width] = shape as [Dim, Dim, Dim, Dim];
    return [name, transpose(input(name, 'float32', [past, rows, heads, width]), ROWS_FIRST)];
  });
  return Object.fromEntries(entries);
}

/** What is new in a decoder's cache, time first: what attention put behind the tokens it was given. */
function newest(name: string, kept: Tensor, inputs: Inputs): Tensor {
  const before = inputs[name.replace(PRESENT, PAST)];
  if (!grows(name)) return kept;
  const { node } = kept;
  const [first, added] = before && node && isOp(node, 'Concat') ? node.inputs : [];
  if (added && first === before) return transpose(added, TIME_FIRST);
  const [from, to] = [before?.shape[2] ?? 0, kept.shape[2] as Dim];
  return transpose(from === 0 ? kept : slice(kept, 2, from, to), TIME_FIRST);
}

function outputsOf(
  part: Model,
  given: readonly string[],
  wanted: readonly string[],
  { scores, top, known }: Pick<RunWish, 'scores' | 'top'> & { readonly known: KnownSizes },
): Record<string, Tensor> {
  const { result, taps } = trace(() => {
    const inputs = inputsOf(part, given, known);
    const outputs = part.forward(Module.root({ training: false }), inputs, {}, { logits: 'last' });
    const { logits, ...values } = outputs.values;
    const scored = logits && (scores === 'log_probabilities' ? logSoftmax(logits) : logits);
    const cache = Object.entries(outputs.cache ?? {}).map(([name, kept]) => [name, newest(name, kept, inputs)]);
    return {
      values: { ...values, ...(scored ? bestOf(scored, top) : {}) },
      states: outputs.states,
      cache: Object.fromEntries(cache) as Record<string, Tensor>,
    };
  });
  return selectOutputs({ ...result, taps, parameters: new Map() }, { want: wanted });
}

/** A model without a decoder's cache cannot go on from where it was. */
function cacheSpecsOf(part: Model): readonly (readonly [string, InputSpec])[] {
  const specs = Object.entries(part.precomputed ?? {}).filter(([name]) => name.startsWith(PAST));
  if (specs.length === 0) {
    throw new GenerationError(
      `generate: expected a model that writes, with a cache, got ${part.className}; its class must be one of …ForCausalLM, …LMHeadModel, …ForConditionalGeneration, …MTModel`,
    );
  }
  return specs;
}

/** Rows of one value for each row, in the order of places. */
function placed<T>(rows: readonly T[], places: readonly number[]): T[] {
  const all = new Array<T>(rows.length);
  for (const [row, place] of places.entries()) all[place] = rows[row] as T;
  return all;
}

/** What both sorts of rows do: a cache that grows, rows that move. */
abstract class CachedRows implements Rows {
  readonly #engine: Engine;
  readonly #part: Model;
  readonly #wish: StepWish;
  /** How many scores a row has; the first step tells. */
  #vocabulary = 0;
  /** Memory for all scores where few are computed. */
  #all = new Float32Array(0);
  /** A batch that shrinks to one row keeps its graph. */
  #isAlone: boolean;
  protected readonly cache: RowCache;
  readonly encoderStates: Readonly<Record<string, NdArray>> = {};

  constructor(engine: Engine, part: Model, wish: StepWish, rows: number) {
    this.#isAlone = rows === 1;
    this.#engine = engine;
    this.#part = part;
    this.#wish = wish;
    this.cache = new RowCache(rows);
  }

  async step(tokens: readonly (readonly number[])[]): Promise<StepResult> {
    const { places } = this.cache;
    const count = tokens[0]?.length ?? 0;
    const inputs = { input_ids: matrix(placed(tokens, places)), ...this.others(count) };
    const { scores: kind, states, top } = this.#wish;
    const few = top !== undefined && top < this.#vocabulary ? top : undefined;
    const results = await this.#engine.run(this.#part, inputs, {
      wanted: ['scores', ...(few === undefined ? [] : [SCORED_IDS]), 'cache', ...states],
      scores: kind,
      top: few,
      known: knownSizes(this.#part, { rows: this.#isAlone, tokens: count === 1 }),
    });
    for (const [name, array] of Object.entries(results)) {
      if (!name.startsWith(PRESENT)) continue;
      const kept = name.replace(PRESENT, PAST);
      if (grows(name)) this.cache.append(kept, array);
      else this.cache.fix(kept, array);
    }
    const { scores, [SCORED_IDS]: ids, ...others } = results;
    return readStep(this.#allOf(scores as NdArray<'float32'>, ids), others, places);
  }

  /** All scores, row after row. */
  #allOf(scores: NdArray<'float32'>, ids: NdArray | undefined): AllScores {
    if (!ids) {
      this.#vocabulary = scores.shape.at(-1) as number;
      return { data: scores.data };
    }
    const size = this.#vocabulary * (scores.shape[0] as number);
    if (this.#all.length < size) this.#all = new Float32Array(size);
    return spread(scores, ids, this.#all.subarray(0, size));
  }

  /** What the next `count` tokens of each row are fed with. */
  protected abstract others(count: number): NamedArrays;

  select(rows: readonly number[]): void {
    this.#isAlone &&= rows.length === 1;
    this.cache.select(rows);
  }
}

const MASK = 'attention_mask';
const ENCODER_MASK = 'encoder_attention_mask';
const ENCODER_STATES = 'encoder_hidden_states';

/** Positions of tokens as the reference counts them: of a prompt those that are no padding, 0 for padding; then on from the last place, whatever it is. */
function positionsOf(mask: NdArray<'int64'>, total: number): BigInt64Array {
  const [rows = 0, width = 0] = mask.shape;
  const positions = new BigInt64Array(rows * total);
  for (let r = 0; r < rows; r++) {
    let seen = 0n;
    for (let t = 0; t < width; t++) if (mask.data[r * width + t] !== 0n) positions[r * total + t] = seen++;
    for (let t = width; t < total; t++) positions[r * total + t] = (positions[r * total + t - 1] as bigint) + 1n;
  }
  return positions;
}

/** Rows of a decoder-only model. */
class OwnRows extends CachedRows {
  readonly #isPlaced: boolean;
  #written = 0;

  constructor(engine: Engine, model: Model, prompt: PromptRows, wish: StepWish) {
    super(engine, model, wish, prompt.ids.length);
    for (const [name, { shape }] of cacheSpecsOf(model))
      this.cache.open(name, [shape[1] as number, shape[3] as number]);
    if (prompt.mask) this.cache.fix(MASK, matrix(prompt.mask));
    this.#isPlaced = 'position_ids' in model.inputs;
  }

  protected others(count: number): NamedArrays {
    const { [MASK]: given, ...cache } = this.cache.arrays();
    if (!given) return cache;
    const mask = given as NdArray<'int64'>;
    const [rows = 0, width = 0] = mask.shape;
    // what was written after the prompt is text
    const total = this.#written === 0 ? width : width + this.#written;
    this.#written += this.#written === 0 ? 1 : count;
    const shown = new BigInt64Array(rows * total).fill(1n);
    for (let r = 0; r < rows; r++) shown.set(mask.data.subarray(r * width, (r + 1) * width), r * total);
    const positions = positionsOf(mask, total);
    const newest = Array.from({ length: rows }, (_, r) => positions.subarray((r + 1) * total - count, (r + 1) * total));
    const places = BigInt64Array.from(newest.flatMap((row) => [...row]));
    return {
      ...cache,
      [MASK]: ndArray('int64', [rows, total], shown),
      ...(this.#isPlaced ? { position_ids: ndArray('int64', [rows, count], places) } : {}),
    };
  }
}

/** Rows of an encoder-decoder's decoder. */
class DecoderRows extends CachedRows {
  #states: NdArray | undefined;
  override readonly encoderStates: Readonly<Record<string, NdArray>>;

  constructor(
    engine: Engine,
    decoder: Model,
    given: {
      readonly states: NdArray;
      readonly mask: NdArray | undefined;
      readonly wish: StepWish;
      readonly encoderStates: Readonly<Record<string, NdArray>>;
    },
  ) {
    super(engine, decoder, given.wish, given.states.shape[0] as number);
    cacheSpecsOf(decoder);
    this.#states = given.states;
    if (given.mask) this.cache.fix(ENCODER_MASK, given.mask);
    this.encoderStates = given.encoderStates;
  }

  protected others(): NamedArrays {
    const states = this.#states;
    // the first step leaves the encoder's keys and values in the cache
    this.#states = undefined;
    return { ...this.cache.arrays(), ...(states ? { [ENCODER_STATES]: states } : {}) };
  }
}
