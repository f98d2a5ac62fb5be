// Texts to texts with run folders and models of that kind: get ready, measure, answer.
import { isOwnPairs, loadPairDataset, readPairs } from '../../data/index.node.ts';
import { DataError, type PairExample } from '../../data/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { readRunInfo } from '../../train/index.node.ts';
import type { Metrics } from '../../train/index.ts';
import { encodeTexts, tellOfCuts } from '../encode-texts.ts';
import { openGenerator } from '../generation/generator.node.ts';
import type { GenerationSettings, Generator } from '../generation/index.ts';
import type { JobContext } from '../job.ts';
import type { PipelineContext } from '../pipeline.node.ts';
import { loadOptions, partOf } from '../run-data.node.ts';
import { openWhole, textToTextModel } from '../start.node.ts';
import type { EvaluateOptions, Evaluation, Task } from '../task.node.ts';
import { baselinesOf } from './baselines.ts';
import { BEAMS } from './config.ts';
import { bySource, type Measure, measures } from './measures.ts';
import { prepareTextToText } from './prepare.ts';
import type { TextToTextRecipe } from './recipe.ts';
import { sourceIds, twice, type Written, writeAll } from './writer.ts';

/** Opens an encoder-decoder with its tokenizer. @throws CheckpointError, TokenizerError, DataError for a model of another kind */
export async function openWriter(name: string, context: PipelineContext): Promise<Generator> {
  const generator = await openGenerator(name, context);
  const { model, tokenizer } = generator;
  if (!generator.hasEncoder)
    throw new DataError(`expected an encoder-decoder, got ${model.className} (${name}); decoders: tesserae generate`);
  if (!tokenizer) throw new DataError(`expected a folder with a tokenizer, got none (${name})`);
  return generator;
}

/** How good what a model writes is. The scores of its own search (beams) stand at the top level too. */
export interface TextToTextEvaluation extends Evaluation {
  /** `bleu`, `chrf` (0 … 100), or `symbol_error_rate`, `accuracy` (0 … 1). */
  readonly scores: { readonly greedy: Metrics; readonly beam: Metrics };
  readonly num_beams: number;
  /** 95 % bootstrap interval of the first score, with beams. */
  readonly interval: readonly [number, number];
  /** sacreBLEU's signatures. */
  readonly signatures: Readonly<Record<string, string>>;
  /** Scores of cheap rivals on the same sources; only for data with a training part. */
  readonly baselines: Readonly<Record<string, Metrics>>;
}

interface TestData {
  readonly pairs: readonly PairExample[];
  readonly train: readonly PairExample[];
  readonly data: string;
  readonly split: string;
  readonly target: TextToTextRecipe['target'];
  readonly measure: Measure;
}

async function testData(name: string, context: JobContext, options: EvaluateOptions): Promise<TestData> {
  const { data, split = 'test' } = options;
  const info = await readRunInfo(name).catch((error: unknown) => {
    if (data === undefined) throw error;
    return undefined;
  });
  const recipe = info?.recipe as unknown as TextToTextRecipe | undefined;
  const target = recipe?.target ?? 'text';
  if (data !== undefined && isOwnPairs(data)) {
    const { pairs, sides } = await readPairs(data, recipe?.data.options);
    return { pairs, train: [], data, split: 'all', target, measure: measures[target](sides[1]) };
  }
  const id = data ?? (recipe?.data.id as string);
  const own = id === recipe?.data.id ? recipe.data : {};
  const dataset = await loadPairDataset(id, context.folders, loadOptions(own, context));
  const pairs = partOf(dataset.splits, split);
  const measure = measures[target](dataset.sides[1]);
  return { pairs, train: dataset.splits.train, data: id, split, target, measure };
}

/** Measures a run on a split of its own pairs, or on another set of pairs: greedily, and with beams. */
async function evaluate(name: string, context: JobContext, options: EvaluateOptions): Promise<TextToTextEvaluation> {
  const generator = await openWriter(name, context);
  try {
    const { pairs, train, data, split, target, measure } = await testData(name, context, options);
    const records = bySource(pairs);
    const references = records.map((record) => record.references);
    const encoded = encodeTexts(
      generator.tokenizer as Tokenizer,
      records.map(({ source }) => source),
      generator.model.maxLength ?? Number.POSITIVE_INFINITY,
    );
    tellOfCuts(encoded, generator.model.maxLength ?? 0, generator.tokenizer as Tokenizer, context.note);
    const write = async (num_beams: number): Promise<string[]> =>
      (await writeAll(generator, encoded.rows, { settings: { num_beams }, room: twice })).map(({ text }) => text);
    const [greedy, beam] = [await write(1), await write(BEAMS)];
    const scores = { greedy: measure.score(greedy, references), beam: measure.score(beam, references) };
    const rivals = Object.entries(train.length > 0 ? baselinesOf[target] : {}).map(([rival, answer]) => {
      const answers = answer(
        train,
        records.map(({ source }) => source),
      );
      return [rival, measure.score(answers, references)] as const;
    });
    return {
      data,
      split,
      examples: records.length,
      ...scores.beam,
      scores,
      num_beams: BEAMS,
      interval: measure.interval(beam, references),
      signatures: measure.signatures(references),
      baselines: Object.fromEntries(rivals),
    };
  } finally {
    await generator.release();
  }
}

/** Writes for texts, by the model's own search, one row each. @throws DataError for an empty or too long text, with its number */
export function write(
  generator: Generator,
  texts: readonly string[],
  settings: GenerationSettings = {},
): Promise<Written[]> {
  const sources = texts.map((text, i) => sourceIds(generator, text, i + 1));
  return writeAll(generator, sources, { settings });
}

function report(result: TextToTextEvaluation): string {
  const { scores, num_beams, baselines, signatures, interval } = result;
  const names = Object.keys(scores.beam);
  const measure = names.includes('bleu') ? measures.text('') : measures.symbols('');
  const line = (what: string, values: Metrics): string =>
    `  ${what.replace(/_/g, ' ').padEnd(24)}${names.map((name) => measure.format(name, values[name] as number).padStart(20)).join('')}`;
  const [low, high] = interval.map((bound) => measure.format('', bound));
  return [
    `${result.data}, ${result.split}: ${result.examples} sources`,
    `  ${''.padEnd(24)}${names.map((name) => name.replace(/_/g, ' ').padStart(20)).join('')}`,
    line(`Transformer, ${num_beams} beams`, scores.beam),
    line('Transformer, greedy', scores.greedy),
    ...Object.entries(baselines).map(([name, values]) => line(name, values)),
    `  95 % interval of ${(names[0] as string).replace(/_/g, ' ')} with beams: ${low} – ${high}`,
    ...Object.entries(signatures).map(([name, signature]) => `  ${name}: ${signature}`),
  ].join('\n');
}

/** What a run answers. */
export interface TextToTextAnswer {
  readonly generated_text: string;
  /** Log-probability over length to the power of the length penalty, in nats. */
  readonly score: number;
}

/** A text to another text. */
export const textToText: Task<TextToTextRecipe, TextToTextEvaluation, TextToTextAnswer> = {
  prepare: async (recipe, context) => {
    const dataset = await loadPairDataset(recipe.data.id, context.folders, loadOptions(recipe.data, context));
    const start = recipe.startFrom ? await openWhole(recipe.startFrom, textToTextModel, context.hub) : undefined;
    return prepareTextToText(recipe, dataset, context, start);
  },
  evaluate,
  report,
  open: async (name, context) => {
    const generator = await openWriter(name, context);
    return {
      answer: async (texts) =>
        (await write(generator, texts)).map(({ text, score }) => ({ generated_text: text, score })),
      line: ({ generated_text }) => generated_text,
      release: () => generator.release(),
    };
  },
};
