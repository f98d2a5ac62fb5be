// What the methods of `lens` read, measured on any classifier or bare encoder: one graph gives the answer with all patterns and gradients; a
// second one starts from the tokens as they enter the first block, so that tokens can be mixed with those of a blank input.
import { float32, type NamedArrays, type NdArray, ndArray, type Shape, sizeOf } from '../../array/index.ts';
import { gradients, input, multiply, type Session, sum, type Tensor } from '../../graph/index.ts';
import { type Capture, type Path, readoutOf } from '../../lens/index.ts';
import { type Model, settle } from '../../models/index.ts';
import { type TracedForward, traceForward } from '../forward.ts';
import { best } from '../labels.ts';
import { feedsFor, loadOutputs, type SessionTarget } from '../session.ts';
import { type AnswerSpec, answerSpec } from './answer.ts';

/** One input and the same with nothing in it, both batches of one, under the names of the model's inputs. */
export interface Question {
  readonly inputs: NamedArrays;
  readonly blank: NamedArrays;
}

/** A capture with the answer it belongs to. */
export interface Answered extends Capture {
  /** The scores that are explained; of a model without classes one. */
  readonly logits: readonly number[];
  /** The same as `predict` gives them: probabilities, a regression's values, or the one score of a model without classes. */
  readonly answer: readonly number[];
  /** Index of the class that was asked about. */
  readonly label: number;
}

/** How many rows one run of mixed tokens has. */
const ROWS = 16;

/** Sessions of one model for inputs of one kind; the weights are given with each call. */
export class Explainer {
  readonly #target: SessionTarget;
  readonly #traced: TracedForward;
  readonly #entrance: string;
  readonly #model: Model;
  readonly #names: readonly string[];
  readonly #sessions = new Map<string, Promise<Session>>();
  /** What is explained of the model. */
  readonly spec: AnswerSpec;

  /**
   * @param example a batch of one: its sizes and names are those of all inputs to come
   * @throws RangeError for a model that has neither a score per class nor bare states, or more than one encoder
   */
  constructor(model: Model, example: NamedArrays, target: SessionTarget) {
    const settled = settle(model, example);
    this.#model = settled.model;
    this.#names = Object.keys(settled.inputs);
    this.#target = target;
    this.#traced = traceForward(this.#model, this.#names);
    const { states } = this.#traced;
    this.spec = answerSpec(this.#model, this.#traced);
    const found = [...this.#traced.taps].findLast(([, tensor]) => tensor === states['hidden_states.0']);
    if (!found || !states['attentions.0'])
      throw new RangeError(`explain: expected one encoder with attentions.0, got ${this.#model.className}`);
    this.#entrance = found[0];
  }

  /** Layers that have patterns, and heads of each. */
  get size(): { readonly layers: number; readonly heads: number } {
    const layers = this.#layers();
    return { layers: layers.length, heads: Number(this.#traced.states['attentions.0']?.shape[1]) };
  }

  /** Patterns, gradients and the answer for one question; the class is the likeliest unless `label` says which. */
  async capture(
    parameters: NamedArrays,
    question: Question,
    options: { readonly label?: number; readonly steps?: number } = {},
  ): Promise<Answered> {
    const scores = await this.#scores(parameters, question.inputs);
    const logits = Array.from(scores.data as Float32Array);
    const label = options.label ?? best(logits);
    if (!(label in logits))
      throw new RangeError(`explain: expected a class from 0 to ${logits.length - 1}, got ${label}`);
    const found = await this.#run('look', parameters, {
      ...this.#own(question.inputs),
      chosen: oneHot(1, label, logits.length),
    });
    const { entrance: blank } = await this.#run('entrance', parameters, this.#own(question.blank));
    const take = (name: string): NdArray<'float32'> => withoutBatch(found[name] as NdArray<'float32'>);
    const layers = this.#layers().map((_, i) => i);
    const capture: Answered = {
      logits,
      answer: this.spec.answerOf(scores, 0),
      label,
      attentions: layers.map((i) => take(`attentions.${i}`)),
      attentionGradients: layers.map((i) => take(`attention_gradients.${i}`)),
      stream: take('stream'),
      blank: withoutBatch(blank as NdArray<'float32'>),
      streamGradient: take('stream_gradient'),
      readout: readoutOf(take('last_gradient')),
    };
    const { steps = 0 } = options;
    return steps > 0 ? { ...capture, path: await this.#path(parameters, question, capture, steps) } : capture;
  }

  /**
   * The class's probability for each choice of shown tokens `[T]` (1 shown, 0 blank, or between), as `predict` gives it.
   * @throws RangeError for a model that gives none
   */
  async probabilities(
    parameters: NamedArrays,
    question: Question,
    capture: Answered,
    shown: readonly Float32Array[],
  ): Promise<number[]> {
    const { kind, answerOf } = this.spec;
    if (kind !== 'probabilities')
      throw new RangeError(
        `explain: expected a model of probabilities to follow one while tokens come and go, got ${kind} (${this.#model.className})`,
      );
    const found: number[] = [];
    for (const part of partsOf(shown)) {
      const { scores } = await this.#mixed('answer', parameters, question, capture, part);
      part.forEach((_, row) => {
        found.push(answerOf(scores as NdArray, row)[capture.label] as number);
      });
    }
    return found;
  }

  /** Frees all sessions. */
  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  async #path(parameters: NamedArrays, question: Question, capture: Answered, steps: number): Promise<Path> {
    const [tokens = 0] = capture.stream.shape;
    const level = (share: number): Float32Array => new Float32Array(tokens).fill(share);
    const ends = await this.#mixed('answer', parameters, question, capture, [level(0), level(1)]);
    const { data } = ends.scores as NdArray<'float32'>;
    const at = (row: number): number => data[row * capture.logits.length + capture.label] as number;
    const total = new Float64Array(capture.stream.data.length);
    const middles = Array.from({ length: steps }, (_, step) => level((step + 0.5) / steps));
    for (const part of partsOf(middles)) {
      const { gradient } = await this.#mixed('gradient', parameters, question, capture, part);
      const { data } = gradient as NdArray<'float32'>;
      for (let i = 0; i < data.length; i++)
        total[i % total.length] = (total[i % total.length] as number) + (data[i] as number);
    }
    const gradient = float32(
      capture.stream.shape,
      Float32Array.from(total, (value) => value / steps),
    );
    return { gradient, from: at(0), to: at(1), steps };
  }

  /** Tokens between blank and real, by `shown`, through the blocks. */
  #mixed(
    kind: 'answer' | 'gradient',
    parameters: NamedArrays,
    { inputs }: Question,
    { stream, blank, label, logits }: Answered,
    shown: readonly Float32Array[],
  ): Promise<NamedArrays> {
    const [tokens = 0, width = 0] = stream.shape;
    const rows = float32([shown.length, tokens, width], new Float32Array(shown.length * tokens * width));
    shown.forEach((share, row) => {
      for (let i = 0, at = row * tokens * width; i < tokens * width; i++, at++) {
        const part = share[Math.floor(i / width)] as number;
        rows.data[at] = part * (stream.data[i] as number) + (1 - part) * (blank.data[i] as number);
      }
    });
    const repeated = Object.entries(this.#own(inputs)).map(
      ([name, array]) => [name, repeat(array, shown.length)] as const,
    );
    return this.#run(kind, parameters, {
      ...Object.fromEntries(repeated),
      stream: rows,
      chosen: oneHot(shown.length, label, logits.length),
    });
  }

  async #scores(parameters: NamedArrays, inputs: NamedArrays): Promise<NdArray> {
    const { scores } = await this.#run('scores', parameters, this.#own(inputs));
    if (scores?.shape[0] !== 1) throw new RangeError(`explain: expected one input at a time, got ${scores?.shape[0]}`);
    return scores;
  }

  /** Inputs of the model, switches left out. */
  #own(inputs: NamedArrays): NamedArrays {
    return Object.fromEntries(this.#names.map((name) => [name, inputs[name] as NdArray]));
  }

  #layers(): Tensor[] {
    const { states } = this.#traced;
    return Object.keys(states).flatMap((_, i) => states[`attentions.${i}`] ?? []);
  }

  async #run(kind: keyof typeof outputs, parameters: NamedArrays, given: NamedArrays): Promise<NamedArrays> {
    if (!this.#sessions.has(kind)) {
      const traced = outputs[kind].isMixed
        ? traceForward(this.#model, this.#names, {
            [this.#entrance]: (value) => input('stream', 'float32', value.shape),
          })
        : this.#traced;
      this.#sessions.set(
        kind,
        loadOutputs(outputs[kind].of(traced, this.spec.scoresOf(traced), this.#layers()), this.#target),
      );
    }
    const session = (await this.#sessions.get(kind)) as Session;
    return session.run(feedsFor(session, given, parameters));
  }
}

/** The chosen class's score, summed over rows that know nothing of each other. */
function chosenOf(scores: Tensor): Tensor {
  return sum(multiply(scores, input('chosen', 'float32', scores.shape)));
}

type Outputs = (traced: TracedForward, scores: Tensor, layers: readonly Tensor[]) => Record<string, Tensor>;

/** What each session computes; the mixed ones start at the tokens. */
const outputs: Readonly<
  Record<'scores' | 'entrance' | 'look' | 'answer' | 'gradient', { of: Outputs; isMixed: boolean }>
> = {
  scores: { isMixed: false, of: (_, scores) => ({ scores }) },
  entrance: { isMixed: false, of: ({ states }) => ({ entrance: states['hidden_states.0'] as Tensor }) },
  look: {
    isMixed: false,
    of: (traced, scores, layers) => {
      const [first, last] = [0, layers.length].map((i) => traced.states[`hidden_states.${i}`]) as [Tensor, Tensor];
      const derived = gradients(chosenOf(scores), [...layers, first, last]) as Tensor[];
      const named = (name: string, all: readonly Tensor[]): [string, Tensor][] =>
        all.map((one, i) => [`${name}.${i}`, one]);
      return {
        stream: first,
        ...Object.fromEntries(named('attentions', layers)),
        ...Object.fromEntries(named('attention_gradients', derived.slice(0, layers.length))),
        stream_gradient: derived.at(-2) as Tensor,
        last_gradient: derived.at(-1) as Tensor,
      };
    },
  },
  answer: { isMixed: true, of: (_, scores) => ({ scores }) },
  gradient: {
    isMixed: true,
    of: ({ states }, scores) => ({
      gradient: gradients(chosenOf(scores), [states['hidden_states.0'] as Tensor])[0] as Tensor,
    }),
  },
};

function oneHot(rows: number, label: number, classes: number): NdArray<'float32'> {
  const data = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) data[row * classes + label] = 1;
  return float32([rows, classes], data);
}

function withoutBatch(array: NdArray<'float32'>): NdArray<'float32'> {
  return ndArray('float32', array.shape.slice(1), array.data);
}

/** One row, `rows` times. */
function repeat(array: NdArray, rows: number): NdArray {
  const shape: Shape = [rows, ...array.shape.slice(1)];
  const size = sizeOf(array.shape);
  const data = new (array.data.constructor as new (length: number) => Float32Array)(rows * size);
  for (let row = 0; row < rows; row++) data.set(array.data as Float32Array, row * size);
  return ndArray(array.dtype, shape, data as never);
}

function* partsOf<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += ROWS) yield rows.slice(from, from + ROWS);
}
