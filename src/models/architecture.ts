// The contract of an architecture: what a model folder exports, and how the rest of the library reaches it without knowing it.
import type { DType, Shape } from '../array/index.ts';
import type { CrossEntropyOptions, Dims, Tensor } from '../graph/index.ts';
import type { Module, Pair } from '../nn/index.ts';

/** A parsed `config.json`. */
export type HubConfig = Readonly<Record<string, unknown>>;

/** One named array that a model reads. */
export interface InputSpec {
  readonly dtype: DType;
  readonly shape: Dims;
  /** May be left out; the model then behaves as the reference does without it. */
  readonly optional?: boolean;
  /** Any of these inputs makes this one unnecessary. */
  readonly unless?: readonly string[];
  /** Its shape when a cache is given: `attention_mask` then covers the cached tokens too. */
  readonly shapeWithCache?: Dims;
}

/** Symbolic inputs by their Hugging Face names; optional ones may be absent. `labels` asks for a loss. */
export type Inputs = Readonly<Record<string, Tensor | undefined>>;

/** What a forward pass names. */
export interface Outputs {
  /** `logits`, `loss`, `last_hidden_state`, `pooler_output`, … under their Hugging Face names. */
  readonly values: Readonly<Record<string, Tensor>>;
  /** `hidden_states.{i}` (0 = embeddings), `attentions.{i}` `[B, H, T, S]`. */
  readonly states: Readonly<Record<string, Tensor>>;
  /**
   * Keys and values for the next step, cached tokens included, under the names of ONNX exports: `present.{i}.key` and
   * `present.{i}.value` `[B, G, S, K]`; of encoder-decoders `present.{i}.decoder.key|value`, and, unless they were given,
   * `present.{i}.encoder.key|value` (the same at every step).
   */
  readonly cache?: Readonly<Record<string, Tensor>>;
}

/** How parameters are called in files. */
export interface WeightNames {
  /** `[theirs, ours]`; `{i}` stands for a number, `{j}` for a second one. Several for one of ours: the first is written, all are read. */
  readonly renames: readonly (readonly [string, string])[];
  /** `bert.`: may be missing from, or be added to, every name of the bare model. */
  readonly prefix: string;
  /** Stored values that are no parameters: masks, position ids, copies of tied weights. */
  readonly ignored: readonly RegExp[];
}

/** What the arrays of one run decide before its graph is traced. */
export interface Choices {
  /** Sizes of the arrays given, by name: pictures may have other sizes than the configuration says. */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Values of the switches given. */
  readonly switches: Readonly<Record<string, boolean>>;
}

/** How an encoder's tokens lie on a picture or spectrogram: special tokens first, then patches row by row. */
export interface PatchLayout {
  readonly special: number;
  /** Rows and columns of patches; of a spectrogram, bands and times. */
  readonly grid: Pair;
  /** The grid that the positions in the file were learned for. */
  readonly learned: Pair;
  /** Height and width of a patch, and the steps between patches. */
  readonly patch: Pair;
  readonly stride: Pair;
}

/** The tokens that a text begins with, ends with and is filled up with. */
export type Writing = Readonly<Record<'bos_token_id' | 'eos_token_id' | 'pad_token_id', number>>;

/** A model of one class with one configuration. */
export interface Model {
  /** `BertForSequenceClassification`. */
  readonly className: string;
  readonly modelType: string;
  /** The configuration as `config.json` has it. */
  readonly config: HubConfig;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /**
   * What an earlier run gave, so that this one need not compute it again; all optional. `past_key_values.{i}.key|value`
   * `[B, G, past, K]` (`….decoder.…`, `….encoder.…` for encoder-decoders), all of one kind or none: the tokens given then
   * come after `past` others. `encoder_hidden_states` `[B, S, D]` in place of the encoder's own input.
   */
  readonly precomputed?: Readonly<Record<string, InputSpec>>;
  /**
   * The two halves of an encoder-decoder, each a model over the same parameters with the inputs of its ONNX export. An encoder may
   * read pictures (`pixel_values`) in place of texts.
   */
  readonly parts?: { readonly encoder: Model; readonly decoder: Model };
  /** Special tokens of what it writes, where the class decides them and not `generation_config.json`. */
  readonly writing?: Writing;
  readonly weights: WeightNames;
  /** Where the tokens of the picture or sound encoder lie, for models that have one. */
  readonly layout?: PatchLayout;
  /** Scalars 0 or 1 that decide what is computed, with their values here: `interpolate_pos_encoding`, `return_loss`. */
  readonly switches?: Readonly<Record<string, boolean>>;
  /** The same model for the choices of one run: other picture sizes, other switches. */
  readonly settle?: (choices: Choices) => Model;
  /** Longest sequence the positions allow, where they do limit it. */
  readonly maxLength?: number;
  readonly forward: (module: Module, inputs: Inputs, loss?: CrossEntropyOptions, request?: ForwardRequest) => Outputs;
}

/** What a caller does not need. */
export interface ForwardRequest {
  /** `last`: a language model scores the last place only, logits `[B, 1, V]`; what generation reads of a long prompt. */
  readonly logits?: 'all' | 'last';
}

/** Makes models of the classes it knows from a configuration. */
export interface Architecture {
  readonly modelType: string;
  /** Class names, the bare model first. */
  readonly classes: readonly string[];
  readonly create: (className: string, config: HubConfig, stored?: Stored) => Model;
  /** What the file calls a language model's head, and the tables it may be tied to. */
  readonly tied?: { readonly head: string; readonly tables: readonly string[] };
}

/** What the weights of a checkpoint say beyond its configuration. */
export interface Stored {
  /** A head that differs from the table it would be tied to: it is used then, whatever the configuration says. */
  readonly ownHead: boolean;
  /** What the file holds, by its own names. */
  readonly names: ReadonlySet<string>;
}

/** Whether the bare model has a pooler: all have one, but for files without. */
export const hasPooler = (stored?: Stored): boolean =>
  !stored || [...stored.names].some((name) => /(^|\.)pooler\.(dense\.)?weight$/.test(name));

/** A configuration cannot be used. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads typed fields of a configuration; every mistake names the field. */
export class ConfigReader {
  readonly #config: HubConfig;
  readonly #where: string;

  constructor(config: HubConfig, where: string) {
    this.#config = config;
    this.#where = where;
  }

  /** @throws ConfigError when absent without a default, or no finite number */
  number(name: string, otherwise?: number): number {
    const value = this.#config[name] ?? otherwise;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.#error(name, 'a number', value);
    return value;
  }

  /** A whole number ≥ 1. */
  size(name: string, otherwise?: number): number {
    const value = this.number(name, otherwise);
    if (!Number.isSafeInteger(value) || value < 1) throw this.#error(name, 'a whole number >= 1', value);
    return value;
  }

  string(name: string, otherwise?: string): string {
    const value = this.#config[name] ?? otherwise;
    if (typeof value !== 'string') throw this.#error(name, 'a string', value);
    return value;
  }

  /** Height and width: two whole numbers ≥ 1, or one for both. */
  pair(name: string, otherwise?: number): [number, number] {
    const value = this.#config[name] ?? otherwise;
    const both = Array.isArray(value) ? value : [value, value];
    if (both.length !== 2 || both.some((one) => !Number.isSafeInteger(one) || one < 1)) {
      throw this.#error(name, 'a whole number >= 1 or a pair of them', value);
    }
    return both as [number, number];
  }

  boolean(name: string, otherwise: boolean): boolean {
    const value = this.#config[name] ?? otherwise;
    if (typeof value !== 'boolean') throw this.#error(name, 'true or false', value);
    return value;
  }

  /** Label names in order, from `id2label`, else `LABEL_0` … of `num_labels` (2 when that is absent too). */
  labels(): string[] {
    const table = this.#config.id2label as Record<string, string> | undefined;
    if (table && typeof table === 'object' && Object.keys(table).length > 0) {
      return Object.keys(table)
        .map(Number)
        .sort((a, b) => a - b)
        .map((id, i) => {
          if (id !== i) throw this.#error('id2label', 'ids 0, 1, 2, … without holes', Object.keys(table).join(', '));
          return String(table[id]);
        });
    }
    return Array.from({ length: this.number('num_labels', 2) }, (_, i) => `LABEL_${i}`);
  }

  #error(name: string, expected: string, got: unknown): ConfigError {
    const shown = got === undefined ? 'nothing' : JSON.stringify(got);
    return new ConfigError(`config.${name}: expected ${expected}, got ${shown} (${this.#where})`);
  }
}

/** `weight` and `bias` of one layer: `affine('a.dense', 'b') → [['a.dense.weight', 'b.weight'], ['a.dense.bias', 'b.bias']]`. */
export function affine(theirs: string, ours: string): [string, string][] {
  return ['weight', 'bias'].map((part) => [`${theirs}.${part}`, `${ours}.${part}`]);
}
