// `pipeline('zero-shot-classification', model)`: labels that no model was trained on, with the template and scores of Transformers.
import { DataError } from '../../data/index.ts';
import { classNameOf } from '../forward.node.ts';
import { givenTexts } from '../given-texts.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { entailmentJudge, similarityJudge } from './judges.node.ts';

/** What the text turned out to be. */
export interface ZeroShotClassification {
  readonly sequence: string;
  /** The likeliest first. */
  readonly labels: string[];
  /** One a label, in their order. */
  readonly scores: number[];
}

/** Options of one call. */
export interface ZeroShotOptions {
  /** The statement that is judged; the label comes in the place of `{}`. Default `This example is {}.`. */
  readonly hypothesis_template?: string;
  /** Each label by itself: several may be true. Default false: scores with sum 1. A single label is always judged by itself. */
  readonly multi_label?: boolean;
}

/** Labels as a list, or with commas between them. */
export type CandidateLabels = string | readonly string[];

/** A classifier into any labels that is ready to be called. Labels come second, as in Transformers.js, or by name, as in Python. */
export interface ZeroShotClassificationPipeline extends Pipeline {
  (text: string, labels: CandidateLabels, options?: ZeroShotOptions): Promise<ZeroShotClassification>;
  (
    text: string,
    options: ZeroShotOptions & { readonly candidate_labels: CandidateLabels },
  ): Promise<ZeroShotClassification>;
  (texts: readonly string[], labels: CandidateLabels, options?: ZeroShotOptions): Promise<ZeroShotClassification[]>;
  (
    texts: readonly string[],
    options: ZeroShotOptions & { readonly candidate_labels: CandidateLabels },
  ): Promise<ZeroShotClassification[]>;
}

type AllOptions = ZeroShotOptions & { readonly candidate_labels?: CandidateLabels };

/** Labels and their statements. @throws DataError for none, or a template without a place for them */
function statementsOf({
  candidate_labels: given = [],
  hypothesis_template: template = 'This example is {}.',
}: AllOptions): {
  readonly labels: readonly string[];
  readonly statements: readonly string[];
} {
  const labels = (typeof given === 'string' ? given.split(',') : givenTexts(given, 'candidate_labels'))
    .map((label) => label.trim())
    .filter(Boolean);
  if (labels.length === 0)
    throw new DataError(
      'zero-shot-classification: expected candidate_labels, got none; give a list, or words with commas',
    );
  if (typeof template !== 'string' || !template.includes('{}'))
    throw new DataError(`hypothesis_template: expected {} where the label goes, got '${template}'`);
  return { labels, statements: labels.map((label) => template.replace('{}', () => label)) };
}

/**
 * Opens a classifier into any labels: by entailment where the model is a `…ForSequenceClassification`, else by the similarity of
 * sentences, the way for MiniLM. @throws DataError for a model of another kind
 */
export async function zeroShotClassificationPipeline(
  model: string,
  context: PipelineContext,
): Promise<ZeroShotClassificationPipeline> {
  const classifies = (await classNameOf(model, context.hub)).endsWith('ForSequenceClassification');
  const judge = await (classifies ? entailmentJudge : similarityJudge)(model, context);
  const call = async (
    input: string | readonly string[],
    second: CandidateLabels | AllOptions = {},
    more: ZeroShotOptions = {},
  ): Promise<never> => {
    const isLabels = typeof second === 'string' || Array.isArray(second);
    const options = (isLabels ? { ...more, candidate_labels: second } : second) as AllOptions;
    const { labels, statements } = statementsOf(options);
    const texts = givenTexts(input);
    const rows = await judge.score(texts, statements, options.multi_label === true || labels.length === 1);
    const results = rows.map((scores, i): ZeroShotClassification => {
      const order = [...labels.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number));
      return {
        sequence: texts[i] as string,
        labels: order.map((label) => labels[label] as string),
        scores: order.map((label) => scores[label] as number),
      };
    });
    return (typeof input === 'string' ? results[0] : results) as never;
  };
  return Object.assign(call, { dispose: () => judge.release() });
}
