// Options of one call of a pipeline, from `--options`, the single flags and `--seed`: only those that its task knows.
import { nameHint } from '../checkpoints/index.ts';
import type { Pipelines } from '../tasks/index.node.ts';
import { aggregationStrategies, type GenerationSettings, settingNames } from '../tasks/index.ts';
import { type Args, integer, objectFlag, text, UsageError } from './command.ts';

type Task = keyof Pipelines;
type KeyOf<O> = [O] extends [never] ? never : keyof O;
/** What a task's pipeline takes besides its inputs and can be said as JSON; of tasks that write, besides settings. */
type OptionOf<K extends Task> = Exclude<
  KeyOf<NonNullable<Parameters<Pipelines[K]>[1]>>,
  'signal' | (K extends Writing ? keyof GenerationSettings : never)
>;
type Writing = 'text-generation' | 'text2text-generation' | 'translation' | 'image-to-text';

const classes = { top_k: true } as const;
const entities = { aggregation_strategy: true, ignore_labels: true } as const;

/** Names of options. One that is missing does not compile. */
const names: { readonly [K in Task]: Readonly<Record<OptionOf<K>, true>> } = {
  'text-classification': classes,
  'sentiment-analysis': classes,
  'image-classification': classes,
  'audio-classification': classes,
  'video-classification': classes,
  'dna-classification': classes,
  'token-classification': entities,
  ner: entities,
  'question-answering': {
    top_k: true,
    max_answer_len: true,
    handle_impossible_answer: true,
    align_to_words: true,
    max_seq_len: true,
    doc_stride: true,
  },
  'fill-mask': { top_k: true, targets: true },
  'feature-extraction': { pooling: true, normalize: true },
  'image-feature-extraction': { pool: true },
  'sentence-similarity': {},
  'zero-shot-classification': { candidate_labels: true, hypothesis_template: true, multi_label: true },
  'prompt-classification': { prompt: true, words: true },
  'text-generation': {
    return_full_text: true,
    add_special_tokens: true,
    chat_template: true,
    tools: true,
    documents: true,
    seed: true,
  },
  'text2text-generation': { seed: true },
  translation: { seed: true },
  'image-to-text': { prompt: true, seed: true },
};

/** A task that writes has a seed, and takes settings. */
const writes = (task: Task): boolean => 'seed' in names[task];

/** @throws UsageError for an option that the task does not know */
function checkNames(task: Task, options: Readonly<Record<string, unknown>>): void {
  const known = [...Object.keys(names[task]), ...(writes(task) ? settingNames : [])];
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new UsageError(
    `pipeline ${task}: expected options that the task knows, got '${stranger}'; ${nameHint(stranger, known)}`,
  );
}

/** The options of one call: `--options` as JSON, single flags over it; `--seed` where the task writes. @throws UsageError */
export function callOptions(task: Task, args: Args): Readonly<Record<string, unknown>> {
  const [labels, strategy] = [text(args, 'candidate-labels'), text(args, 'aggregation-strategy')];
  const options = {
    ...objectFlag(args, 'options'),
    ...(labels === undefined ? {} : { candidate_labels: labels.split(',').map((label) => label.trim()) }),
    ...(strategy === undefined ? {} : { aggregation_strategy: strategy }),
  };
  checkNames(task, options);
  const asked = (options as { readonly aggregation_strategy?: unknown }).aggregation_strategy;
  if (asked !== undefined && !(aggregationStrategies as readonly unknown[]).includes(asked))
    throw new UsageError(`--aggregation-strategy: expected one of ${aggregationStrategies.join(', ')}, got '${asked}'`);
  const seed = integer(args, 'seed');
  return seed === undefined || !writes(task) ? options : { seed, ...options };
}
