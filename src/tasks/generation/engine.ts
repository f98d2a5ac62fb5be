// A decoder that goes on from where it was: prompts in, then one token a row at a time, keys and values kept in between.
// One graph serves prompt and steps (its `past` may be 0); an encoder's states are read once. See decision 0024.
import { float32, type NamedArrays, type NdArray, ndArray } from '../../array/index.ts';
import type { Session, Tensor } from '../../graph/index.ts';
import { logSoftmax } from '../../graph/index.ts';
import type { InputSpec, Model } from '../../models/index.ts';
import { selectOutputs, traceForward } from '../forward.ts';
import { feedsFor, loadOutputs, type SessionTarget } from '../session.ts';
import { GenerationError } from './generation-error.ts';
import type { Scores } from './scores.ts';

/** States that can be had of every step. */
export type StepState = 'attentions' | 'hidden_states';

/** What every step of one request gives. */
export interface StepWish {
  /** Scores as the model has them, or normalised in the graph, as beam search adds them up. */
  readonly scores: 'logits' | 'log_probabilities';
  readonly states: readonly StepState[];
}

/** What one step gave. */
export interface StepResult {
  /** Scores `[V]` of each row's next token; free to be changed until the next step. */
  readonly scores: readonly Scores[];
  /** `attentions.{i}` `[R, H, T, S]`, `hidden_states.{i}` `[R, T, D]` under their names in `forward`. */
  readonly states: Readonly<Record<string, NdArray>>;
}

/** Prompts as the model reads them. */
export interface PromptRows {
  /** `[R][T]`, padded to one length: a decoder-only model's prompt or an encoder's text. */
  readonly ids: readonly (readonly number[])[];
  /** 1 for text, 0 for padding; absent where there is no padding. */
  readonly mask?: readonly (readonly number[])[] | undefined;
  /** Where an encoder-decoder begins to write, rows of one length. */
  readonly decoderIds?: readonly (readonly number[])[] | undefined;
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

function matrix(rows: readonly (readonly number[])[]): NdArray<'int64'> {
  const width = rows[0]?.length ?? 0;
  const data = new BigInt64Array(rows.length * width);
  rows.forEach((row, r) => {
    for (let t = 0; t < width; t++) data[r * width + t] = BigInt(row[t] as number);
  });
  return ndArray('int64', [rows.length, width], data);
}

/** The chosen rows of an array, one after the other. */
function gatherRows(array: NdArray, rows: readonly number[]): NdArray {
  const [count = 1, ...rest] = array.shape;
  const size = array.data.length / Math.max(1, count);
  const source = array.data as Float32Array;
  const data = new (source.constructor as Float32ArrayConstructor)(rows.length * size);
  rows.forEach((row, at) => {
    data.set(source.subarray(row * size, (row + 1) * size), at * size);
  });
  return { dtype: array.dtype, shape: [rows.length, ...rest], data } as NdArray;
}

/** Sessions of one model, made when they are first needed and shared by all requests. */
export class Engine {
  readonly model: Model;
  readonly #parameters: NamedArrays;
  readonly #target: SessionTarget;
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(model: Model, parameters: NamedArrays, target: SessionTarget) {
    this.model = model;
    this.#parameters = parameters;
    this.#target = target;
  }

  /** Reads prompts: gives rows that have not been stepped yet, with the first tokens to step them with. */
  async start(prompt: PromptRows, wish: StepWish): Promise<Rows> {
    const { parts } = this.model;
    return parts ? this.#startDecoder(parts, prompt, wish) : new OwnRows(this, this.model, prompt, wish);
  }

  async #startDecoder(parts: NonNullable<Model['parts']>, prompt: PromptRows, wish: StepWish): Promise<Rows> {
    const inputs: NamedArrays = {
      input_ids: matrix(prompt.ids),
      ...(prompt.mask ? { attention_mask: matrix(prompt.mask) } : {}),
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
    { wanted, scores }: { readonly wanted: readonly string[]; readonly scores?: StepWish['scores'] },
  ): Promise<Record<string, NdArray>> {
    const given = Object.keys(inputs);
    const key = [part.className, ...given, ':', ...wanted, scores].join(' ');
    const session = this.#sessions.get(key) ?? loadOutputs(outputsOf(part, given, wanted, scores), this.#target);
    this.#sessions.set(key, session);
    const live = await session.catch((error: unknown) => {
      this.#sessions.delete(key);
      throw error;
    });
    return live.run(feedsFor(live, inputs, this.#parameters));
  }

  /** Frees all sessions; the engine may be used again. */
  async release(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await (await session).release();
  }
}

function outputsOf(
  part: Model,
  given: readonly string[],
  wanted: readonly string[],
  scores: StepWish['scores'] | undefined,
): Record<string, Tensor> {
  const traced = traceForward(part, given, {}, { logits: 'last' });
  const selected = selectOutputs(traced, { want: wanted });
  const { logits, ...others } = selected;
  if (!logits) return selected;
  return { scores: scores === 'log_probabilities' ? logSoftmax(logits) : logits, ...others };
}

/** Scores row by row, and the states among the results. */
function readStep(results: Readonly<Record<string, NdArray>>): StepResult {
  const { scores, ...others } = results;
  const { data, shape } = scores as NdArray<'float32'>;
  const width = shape.at(-1) as number;
  const states = Object.entries(others).filter(([name]) => !name.startsWith('present.'));
  return {
    scores: Array.from({ length: shape[0] as number }, (_, r) => data.subarray(r * width, (r + 1) * width)),
    states: Object.fromEntries(states),
  };
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

/** What both sorts of rows do: a cache that grows, rows that move. */
abstract class CachedRows implements Rows {
  protected readonly engine: Engine;
  protected readonly part: Model;
  protected readonly wish: StepWish;
  protected cache: Record<string, NdArray> = {};
  readonly encoderStates: Readonly<Record<string, NdArray>> = {};

  constructor(engine: Engine, part: Model, wish: StepWish) {
    this.engine = engine;
    this.part = part;
    this.wish = wish;
  }

  abstract step(tokens: readonly (readonly number[])[]): Promise<StepResult>;

  protected async runStep(inputs: NamedArrays): Promise<StepResult> {
    const results = await this.engine.run(this.part, inputs, {
      wanted: ['logits', 'cache', ...this.wish.states],
      scores: this.wish.scores,
    });
    for (const [name, array] of Object.entries(results)) {
      if (name.startsWith('present.')) this.cache[name.replace('present.', PAST)] = array;
    }
    return readStep(results);
  }

  select(rows: readonly number[]): void {
    for (const [name, array] of Object.entries(this.cache)) this.cache[name] = gatherRows(array, rows);
  }
}

/** Rows of a decoder-only model. */
class OwnRows extends CachedRows {
  /** By row; undefined without padding. */
  #mask: number[][] | undefined;
  readonly #isPlaced: boolean;
  #started = false;
  readonly #specs: readonly (readonly [string, InputSpec])[];

  constructor(engine: Engine, model: Model, prompt: PromptRows, wish: StepWish) {
    super(engine, model, wish);
    this.#specs = cacheSpecsOf(model);
    this.#mask = prompt.mask?.map((row) => [...row]);
    this.#isPlaced = 'position_ids' in model.inputs;
  }

  async step(tokens: readonly (readonly number[])[]): Promise<StepResult> {
    if (!this.#started) {
      this.#started = true;
      const empty = this.#specs.map(([name, { shape }]) => {
        const sizes = [tokens.length, shape[1] as number, 0, shape[3] as number];
        return [name, float32(sizes, new Float32Array(0))] as const;
      });
      this.cache = Object.fromEntries(empty);
    } else {
      for (const row of this.#mask ?? []) row.push(...new Array<number>(tokens[0]?.length ?? 0).fill(1));
    }
    const masked = this.#mask
      ? {
          attention_mask: matrix(this.#mask),
          ...(this.#isPlaced ? { position_ids: matrix(placesOf(this.#mask, tokens[0]?.length ?? 0)) } : {}),
        }
      : {};
    return this.runStep({ input_ids: matrix(tokens), ...masked, ...this.cache });
  }

  override select(rows: readonly number[]): void {
    super.select(rows);
    this.#mask = this.#mask && rows.map((row) => [...(this.#mask?.[row] as number[])]);
  }
}

/** Positions of the last `count` tokens, counted over what the mask shows. */
function placesOf(mask: readonly (readonly number[])[], count: number): number[][] {
  return mask.map((row) => {
    let seen = 0;
    return row.map((shown) => Math.max(0, (seen += shown) - 1)).slice(row.length - count);
  });
}

/** Rows of an encoder-decoder's decoder. */
class DecoderRows extends CachedRows {
  #states: NdArray | undefined;
  #mask: NdArray | undefined;
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
    super(engine, decoder, given.wish);
    cacheSpecsOf(decoder);
    this.#states = given.states;
    this.#mask = given.mask;
    this.encoderStates = given.encoderStates;
  }

  async step(tokens: readonly (readonly number[])[]): Promise<StepResult> {
    const inputs: NamedArrays = {
      input_ids: matrix(tokens),
      ...(this.#mask ? { encoder_attention_mask: this.#mask } : {}),
      ...(this.#states ? { encoder_hidden_states: this.#states } : this.cache),
    };
    // the first step leaves the encoder's keys and values in the cache
    this.#states = undefined;
    return this.runStep(inputs);
  }

  override select(rows: readonly number[]): void {
    super.select(rows);
    this.#mask = this.#mask && gatherRows(this.#mask, rows);
    this.#states = this.#states && gatherRows(this.#states, rows);
  }
}
