// Tiny checkpoints with tiny tokenizers, exported into a temporary folder: what the tests of exports open with Transformers.js.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { int64, type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { type ExportOptions, exportFolder, type OpenModel, openModel } from '../src/tasks/index.node.ts';
import { ModelRunner, type Precision } from '../src/tasks/index.ts';
import { loadTokenizer } from '../src/tokens/index.node.ts';
import type { Tokenizer } from '../src/tokens/index.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures', 'models');

/** Where special tokens go, and which ids they have. */
export interface TinyVocabulary {
  readonly size: number;
  /** `[PAD]` → 0, … All other ids are words. */
  readonly special: Readonly<Record<string, number>>;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** `pad_token`, `mask_token`, … of tokenizer_config.json. */
  readonly named: Readonly<Record<string, unknown>>;
}

/** Of a decoder whose tokenizer begins texts, for the `LlamaForCausalLM` of the fixtures. */
export const beginningVocabulary: TinyVocabulary = {
  size: 43,
  special: { '<pad>': 0, '<s>': 1, '</s>': 2 },
  before: ['<s>'],
  named: {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: '<s>',
    eos_token: '</s>',
    pad_token: '<pad>',
    add_bos_token: true,
    model_max_length: 24,
  },
};

/** `word(7) → 'hum'`: a different pronounceable word for every id. */
export function word(id: number): string {
  const [first, vowel, last] = ['bdfghklm', 'aeiou', 'nmrs'];
  const pick = (letters: string, at: number): string => letters[at % letters.length] as string;
  return pick(first, id) + pick(vowel, Math.floor(id / 8)) + pick(last, Math.floor(id / 40));
}

/** Whole words by a table, split at spaces. */
function tokenizerJson({ size, special, before = [], after = [] }: TinyVocabulary): unknown {
  const byId = new Map(Object.entries(special).map(([token, id]) => [id, token]));
  const vocab = Object.fromEntries(Array.from({ length: size }, (_, id) => [byId.get(id) ?? word(id), id]));
  const token = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const text = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
  const around = (part: unknown, type: number) => [
    ...(type === 0 ? before.map((one) => token(one, 0)) : []),
    part,
    ...after.map((one) => token(one, type)),
  ];
  const used = [...new Set([...before, ...after])];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: Object.entries(special).map(([content, id]) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: {
      type: 'TemplateProcessing',
      single: around(text('A', 0), 0),
      pair: [...around(text('A', 0), 0), ...around(text('B', 1), 1)],
      special_tokens: Object.fromEntries(used.map((id) => [id, { id, ids: [special[id]], tokens: [id] }])),
    },
    decoder: null,
    model: { type: 'WordLevel', vocab, unk_token: Object.keys(special)[0] },
  };
}

/** What a test opens. */
export interface ExportedModel {
  readonly opened: OpenModel;
  readonly tokenizer: Tokenizer | undefined;
  /** The export's name below `root`. */
  readonly name: string;
  /** Our forward pass on the parameters that were exported. */
  readonly forward: (inputs: NamedArrays) => Promise<Record<string, NdArray>>;
}

/** What lies beside the weights before the export. */
export interface Beside {
  readonly vocabulary?: TinyVocabulary;
  /** More files, as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  readonly precisions?: readonly Precision[];
  readonly options?: ExportOptions;
}

/** Our own forward pass; one session for each set of inputs. */
export async function forwardOf({ model, parameters }: OpenModel): Promise<ExportedModel['forward']> {
  const runtime = await nodeRuntime();
  const runners = new Map<string, Promise<ModelRunner>>();
  return async (given) => {
    const inputs = Object.keys(given);
    const runner = runners.get(inputs.join()) ?? ModelRunner.create(model, { runtime, inputs, want: ['logits'] });
    runners.set(inputs.join(), runner);
    return (await runner).run(parameters, given);
  };
}

/** A temporary folder of exports. */
export class Exports {
  /** Holds one folder an export. */
  readonly root: string = mkdtempSync(join(tmpdir(), 'tesserae-export-'));

  /** Exports a fixture. */
  async make(
    fixture: string,
    { vocabulary, files = {}, precisions = ['fp32'], options = {} }: Beside = {},
  ): Promise<ExportedModel> {
    const source = join(this.root, `${fixture}-source`);
    cpSync(join(FIXTURES, fixture), source, { recursive: true });
    const tokenizerFiles = vocabulary
      ? { 'tokenizer.json': tokenizerJson(vocabulary), 'tokenizer_config.json': vocabulary.named }
      : {};
    for (const [name, content] of Object.entries({ ...tokenizerFiles, ...files }))
      writeFileSync(join(source, name), JSON.stringify(content));
    const opened = await openModel(source);
    await exportFolder(opened, join(this.root, fixture), { format: 'onnx', precisions }, options);
    return {
      opened,
      tokenizer: vocabulary && (await loadTokenizer(source)),
      name: fixture,
      forward: await forwardOf(opened),
    };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Rows of ids as an array. */
export const idRows = (rows: readonly (readonly number[])[]): NdArray =>
  int64([rows.length, rows[0]?.length ?? 0], rows.flat());

/** A text as a model of one text reads it. */
export function textInputs(model: ExportedModel, text: string, pair?: string): NamedArrays {
  const { ids, typeIds } = (model.tokenizer as Tokenizer).encode(text, pair === undefined ? {} : { pair });
  const types = 'token_type_ids' in model.opened.model.inputs ? { token_type_ids: idRows([typeIds]) } : {};
  return { input_ids: idRows([ids]), attention_mask: idRows([ids.map(() => 1)]), ...types };
}

/** Row `at` of an array's second-last axis. */
export function rowOf(array: NdArray, at: number): number[] {
  const width = array.shape.at(-1) as number;
  const start = (at < 0 ? array.data.length / width + at : at) * width;
  return toNumbers(array).slice(start, start + width);
}

/** Probabilities. */
export function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const exps = logits.map((value) => Math.exp(value - most));
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((value) => value / total);
}

/** Where the largest value is. */
export const argMax = (values: readonly number[]): number => values.indexOf(Math.max(...values));
