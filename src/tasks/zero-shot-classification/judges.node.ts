// How well a text and a statement go together: by a model of entailment (Yin et al. 2019), or by the closeness of sentences.
import { DataError } from '../../data/index.ts';
import { labelsOf, softmax } from '../labels.ts';
import type { PipelineContext } from '../pipeline.node.ts';
import { cosines, openSentenceEncoder } from '../sentence-similarity/sentence-encoder.node.ts';
import { openTextModel } from '../text-model.node.ts';
import { TextRunner } from '../text-runner.ts';

/** Judges statements about texts. */
export interface Judge {
  /** One score for every statement about every text, `[texts][statements]`: together with sum 1, or each by itself. */
  score(texts: readonly string[], statements: readonly string[], isEach: boolean): Promise<number[][]>;
  release(): Promise<void>;
}

/**
 * By entailment: softmax over the statements' entailment logits; each by itself, entailment against contradiction (the first label,
 * or the last where entailment is the first). @throws DataError for a classifier without a label `entailment`
 */
export async function entailmentJudge(name: string, context: PipelineContext): Promise<Judge> {
  const about = { head: 'ForSequenceClassification', purpose: 'classification' };
  const { dir, model, parameters, tokenizer } = await openTextModel(name, about, context);
  const labels = labelsOf(model);
  const entailment = labels.findIndex((label) => label.toLowerCase().startsWith('entail'));
  if (entailment < 0)
    throw new DataError(
      `zero-shot-classification: expected a label 'entailment', got ${labels.join(', ')} (${dir}); take a model trained on inference (NLI), or a sentence encoder`,
    );
  const contradiction = entailment === 0 ? labels.length - 1 : 0;
  const runner = await TextRunner.create({ ...context, model, parameters, tokenizer, output: 'logits' });
  return {
    score: async (texts, statements, isEach) => {
      const pairs = texts.flatMap((text) => statements.map((statement) => [text, statement] as const));
      const logits = await runner.run(runner.encode(pairs, { truncation: 'only_first' }));
      const at = (pair: number, label: number): number => logits[pair]?.data[label] as number;
      return texts.map((_, i) => {
        const own = statements.map((_, j) => i * statements.length + j);
        return isEach
          ? own.map((pair) => softmax([at(pair, contradiction), at(pair, entailment)])[1] as number)
          : softmax(own.map((pair) => at(pair, entailment)));
      });
    },
    release: () => runner.release(),
  };
}

/** all-MiniLM-L6-v2 and its relatives were trained to tell the right pair among a batch by softmax over 20 · cosine. */
const SCALE = 20;

/** By similarity: softmax over 20 · cosine; each by itself, the cosine, which is no probability. */
export async function similarityJudge(name: string, context: PipelineContext): Promise<Judge> {
  const encoder = await openSentenceEncoder(name, context);
  return {
    score: async (texts, statements, isEach) => {
      const rows = cosines(await encoder.embed(texts), await encoder.embed(statements));
      return isEach ? rows : rows.map((row) => softmax(row.map((cosine) => SCALE * cosine)));
    },
    release: () => encoder.release(),
  };
}
