// Looking at one text: the attention of every layer and head, what the model says, and which tokens that leans on.
import { float32, int64, type NamedArrays, type NdArray } from '../array/index.ts';
import { DataError } from '../data/index.ts';
import { gradients, input, multiply, sum, type Tensor } from '../graph/index.ts';
import type { Model } from '../models/index.ts';
import type { Encoding, Tokenizer } from '../tokens/index.ts';
import { noteIn, TextCounter, tellOfCuts } from './encode-texts.ts';
import { traceForward } from './forward.ts';
import type { JobContext } from './job.ts';
import { best, labelsOf, ranked, scoresOfRow, softmax } from './labels.ts';
import { MASKS, maskOf } from './mask-token.ts';
import { runOutputs } from './session.ts';
import { decoderOf } from './token-classification/tagger.ts';
import { longestText } from './windows.ts';

/** Everything the page shows; all numbers come from one run of the model. */
export interface Inspection {
  readonly model: string;
  readonly text: string;
  readonly tokens: readonly string[];
  /** UTF-16 places of the tokens. */
  readonly offsets: readonly (readonly [number, number])[];
  /** What the model could say: classes, tokens with their labels, or the likeliest tokens; nothing for a regression and for a model without a head. */
  readonly labels: readonly string[];
  /** One per label. */
  readonly probabilities: readonly number[];
  /** Of a regression its labels with their values. */
  readonly prediction: string;
  /** `[layer][head][from][to]`, rows sum to 1. */
  readonly attentions: readonly (readonly (readonly (readonly number[])[])[])[];
  /** Gradient of what was said times the token's embedding, summed over its width. */
  readonly gradientTimesInput: readonly number[];
}

/** What a model says, and the weights of its output whose sum tells how strongly. */
interface Said extends Pick<Inspection, 'labels' | 'probabilities' | 'prediction'> {
  /** By element of the output. */
  readonly weights: Float32Array;
}

/** What there is to read an answer from. */
interface Heard {
  readonly output: NdArray;
  readonly encoding: Encoding;
  readonly tokenizer: Tokenizer;
  readonly model: Model;
  readonly parameters: NamedArrays;
}

interface Reading {
  /** How class names end. */
  readonly heads: readonly string[];
  readonly output: 'logits' | 'last_hidden_state';
  /** Special tokens in the text: those of a stranger are text. */
  readonly special: 'allow' | 'text';
  readonly read: (heard: Heard) => Said;
}

/** Words that are shown of a vocabulary. */
const LIKELIEST = 8;

function row({ output }: Heard, place: number): Float32Array {
  const width = output.shape.at(-1) as number;
  return (output.data as Float32Array).subarray(place * width, (place + 1) * width);
}

/** The class of the whole text; of a regression its values, which are no probabilities. */
function readClass({ output, model }: Heard): Said {
  const [labels, scores] = [labelsOf(model), scoresOfRow(output, 0, model.config)];
  const predicted = best(scores);
  const weights = new Float32Array(output.data.length);
  weights[predicted] = 1;
  if (model.config.problem_type === 'regression') {
    const values = scores.map((value, i) => `${labels[i]} ${value}`).join(', ');
    return { labels: [], probabilities: [], prediction: values, weights };
  }
  return { labels, probabilities: scores, prediction: labels[predicted] as string, weights };
}

/** The label of every token, along the chain of its CRF if it has one; those that are something are named. */
function readTokenLabels(heard: Heard): Said {
  const { output, encoding, model, parameters } = heard;
  const [labels, width] = [labelsOf(model), output.shape.at(-1) as number];
  const weights = new Float32Array(output.data.length);
  const places = encoding.ids.flatMap((_, place) => (encoding.specialTokensMask[place] ? [] : [place]));
  const scores = places.map((place) => row(heard, place));
  const decoder = decoderOf(parameters);
  const [path, probabilities] = [decoder.best(scores), decoder.probabilities(scores)];
  const all = places.map((place, i) => {
    const predicted = path[i] as number;
    weights[place * width + predicted] = 1;
    const [token, label] = [encoding.tokens[place] as string, labels[predicted] as string];
    return { token, label, probability: probabilities[i]?.[predicted] as number };
  });
  const named = all.filter(({ label }) => label !== 'O');
  const shown = (named.length > 0 ? named : all).map((one) => ({ ...one, name: `${one.token} ${one.label}` }));
  return {
    labels: shown.map(({ name }) => name),
    probabilities: shown.map(({ probability }) => probability),
    prediction: named.length > 0 ? shown.map(({ name }) => name).join(', ') : 'O',
    weights,
  };
}

/** The token at a place of the vocabulary's scores. */
function readToken(heard: Heard, place: number): Said {
  const { output, tokenizer } = heard;
  const probabilities = softmax(row(heard, place));
  const names = probabilities.map((_, id) => tokenizer.idToToken(id) ?? `${id}`);
  const likeliest = ranked(names, probabilities).slice(0, LIKELIEST);
  const weights = new Float32Array(output.data.length);
  weights[place * probabilities.length + best(probabilities)] = 1;
  return {
    labels: likeliest.map(({ label }) => label),
    probabilities: likeliest.map(({ score }) => score),
    prediction: likeliest[0]?.label ?? '',
    weights,
  };
}

/** The token behind a mask. @throws DataError for a text without one */
function readMask(heard: Heard): Said {
  const { encoding, tokenizer, model } = heard;
  const found = maskOf(tokenizer);
  const place = found ? encoding.ids.indexOf(found.maskId) : -1;
  if (place < 0)
    throw new DataError(
      `inspect: expected a text with ${found?.mask ?? MASKS.join(' or ')} for ${model.className}, got none`,
    );
  return readToken(heard, place);
}

/** No answer: what is looked at is the mean of all states, by half its squared length, whose derivative by every state is mean / T. */
function readStates({ output }: Heard): Said {
  const [, count = 0, width = 0] = output.shape;
  const data = output.data as Float32Array;
  const mean = new Float64Array(width);
  for (let i = 0; i < data.length; i++) mean[i % width] = (mean[i % width] as number) + (data[i] as number) / count;
  const weights = Float32Array.from({ length: data.length }, (_, i) => (mean[i % width] as number) / count);
  return { labels: [], probabilities: [], prediction: '', weights };
}

/** Heads of texts; the last takes bare models. */
const readings: readonly Reading[] = [
  { heads: ['ForSequenceClassification'], output: 'logits', special: 'text', read: readClass },
  { heads: ['ForTokenClassification'], output: 'logits', special: 'text', read: readTokenLabels },
  { heads: ['ForMaskedLM'], output: 'logits', special: 'allow', read: readMask },
  {
    heads: ['ForCausalLM', 'LMHeadModel'],
    output: 'logits',
    special: 'text',
    read: (heard) => readToken(heard, heard.encoding.ids.length - 1),
  },
  { heads: ['Model'], output: 'last_hidden_state', special: 'text', read: readStates },
];

const readingOf = ({ className }: Pick<Model, 'className'>): Reading | undefined =>
  readings.find(({ heads }) => heads.some((head) => className.endsWith(head)));

/** Whether `inspectText` knows models of a class. */
export const canInspectText = (className: string): boolean => readingOf({ className }) !== undefined;

/**
 * Runs the model once for what it says and once for the gradient of that: the logit of a text's class, of the labels of its tokens, of the
 * word behind its mask or of its next token; for a model without a head half the squared length of its mean state. Tells of a text that is
 * cut and of what the vocabulary lacks.
 * @throws DataError for an empty text, a masked language model without a mask in the text, a model of another kind
 */
export async function inspectText(
  open: { readonly model: Model; readonly parameters: NamedArrays; readonly tokenizer: Tokenizer },
  text: string,
  options: Pick<JobContext, 'runtime'> & Partial<Pick<JobContext, 'session' | 'hub' | 'note'>>,
): Promise<Inspection> {
  const { model, parameters, tokenizer } = open;
  const reading = model.config.is_encoder_decoder === true ? undefined : readingOf(model);
  if (!reading)
    throw new DataError(
      `inspect: expected an encoder or a decoder of texts, got ${model.className}; encoder-decoders are looked at by alignText`,
    );
  if (text.trim() === '') throw new DataError('inspect: expected a text, got an empty one');
  const maxLength = longestText(model, tokenizer);
  const encoding = tokenizer.encode(text, { special: reading.special, maxLength, padding: false });
  const counter = new TextCounter(tokenizer);
  counter.add(text, encoding, encoding.overflowing.length > 0);
  tellOfCuts(counter.met, maxLength, tokenizer, noteIn(options));
  const length = encoding.ids.length;
  const inputs = {
    input_ids: int64([1, length], encoding.ids),
    attention_mask: int64([1, length], encoding.attentionMask),
  };
  const traced = traceForward(model, Object.keys(inputs));
  const output = traced.values[reading.output] as Tensor;
  const run = (outputs: Record<string, Tensor>, more: NamedArrays = {}): Promise<Record<string, NdArray>> =>
    runOutputs(outputs, [{ ...inputs, ...more }, parameters], options);
  const first = await run({ output, ...traced.states });
  const found = first.output as NdArray;
  const { weights, ...said } = reading.read({ output: found, encoding, tokenizer, model, parameters });
  const embedded = traced.states['hidden_states.0'] as Tensor;
  const strength = sum(multiply(output, input('weights', 'float32', output.shape)));
  const [gradient] = gradients(strength, [embedded]) as [Tensor];
  const second = await run({ gradient, embedded }, { weights: float32(found.shape, weights) });
  return {
    model: String((model.config as { _name_or_path?: string })._name_or_path ?? model.className),
    text,
    tokens: encoding.tokens,
    offsets: encoding.offsets,
    ...said,
    attentions: Object.keys(first)
      .filter((name) => name.startsWith('attentions.'))
      .sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]))
      .map((name) => nested(first[name] as NdArray)),
    gradientTimesInput: rowProducts(second.gradient as NdArray, second.embedded as NdArray),
  };
}

/** `[1, H, T, S]` as nested lists `[H][T][S]`. */
function nested(array: NdArray): number[][][] {
  const [, heads = 0, rows = 0, columns = 0] = array.shape;
  const data = array.data as Float32Array;
  return Array.from({ length: heads }, (_, h) =>
    Array.from({ length: rows }, (_, t) =>
      Array.from(data.subarray((h * rows + t) * columns, (h * rows + t + 1) * columns)),
    ),
  );
}

/** Σ over the last axis of `[1, T, D] · [1, T, D]`. */
function rowProducts(a: NdArray, b: NdArray): number[] {
  const [, rows = 0, width = 0] = a.shape;
  const [x, y] = [a.data as Float32Array, b.data as Float32Array];
  return Array.from({ length: rows }, (_, t) => {
    let total = 0;
    for (let d = t * width; d < (t + 1) * width; d++) total += (x[d] as number) * (y[d] as number);
    return total;
  });
}
