// DNA classification of run folders: bases are spelled as text, then it is text classification.
import { jsonText } from '../../checkpoints/index.ts';
import { loadSequenceDataset } from '../../data/index.node.ts';
import {
  DataError,
  logisticRegression,
  majorityClass,
  positionalNaiveBayes,
  type SenseExample,
  type SplitName,
  type TextExample,
} from '../../data/index.ts';
import { readBases } from '../../tokens/index.ts';
import { type ClassificationEvaluation, evaluateClasses, reportClasses } from '../classification-score.ts';
import type { Job, JobContext } from '../job.ts';
import type { Classification } from '../labels.ts';
import { limited } from '../limited.ts';
import type { PipelineContext } from '../pipeline.node.ts';
import { shownScore, tellNotes } from '../reporting.ts';
import { loadOptions, partOf } from '../run-data.node.ts';
import { measuredOriginals } from '../sense-classification/broken.node.ts';
import { type OriginalsRecipe, type WholeDataset, wholeDataset } from '../sense-classification/whole.ts';
import { openStart } from '../start.node.ts';
import type { EvaluateOptions, Task } from '../task.node.ts';
import { prepareTextClassification } from '../text-classification/prepare.ts';
import { classify, type OpenClassifier, openClassifier } from '../text-classification/task.node.ts';
import { longestText } from '../windows.ts';
import { distinctIds, withAugmentation } from './augmented.ts';
import { basesOf, sequencesBehind } from './inputs.node.ts';
import { tooLong } from './long.ts';
import type { DnaClassificationRecipe } from './recipe.ts';
import { SPELLING_FILE, spellingIn } from './spelling.node.ts';
import { dnaTokenizer, type Spelling, spell, spellingOf } from './spelling.ts';

/** Bases of examples. */
async function sequencesOf(examples: readonly SenseExample<string>[]): Promise<TextExample[]> {
  return Promise.all(examples.map(async ({ id, label, load }) => ({ id, label, text: await load() })));
}

/** The same, as the tokenizer reads them. */
const spelled = (examples: readonly TextExample[], spelling: Spelling): TextExample[] =>
  examples.map((example) => ({ ...example, text: spell(example.text, spelling) }));

/** A DNA classifier. */
export interface OpenDna extends OpenClassifier {
  readonly spelling: Spelling;
  readonly note: (message: string) => void;
}

/** Opens a DNA classifier; the spelling is the folder's, or what its vocabulary asks for. @throws as `openClassifier` */
export async function openDna(
  name: string,
  context: PipelineContext & Partial<Pick<JobContext, 'note'>>,
): Promise<OpenDna> {
  const open = await openClassifier(name, context);
  const note = context.note ?? context.hub?.note ?? (() => undefined);
  return { ...open, note, spelling: await spellingIn(open.dir, open.tokenizer) };
}

/** Labels with probabilities for sequences of bases; tells of those that are longer than the model's positions. @throws UnitsError for letters that are none */
export async function classifyDna(open: OpenDna, sequences: readonly string[]): Promise<Classification[][]> {
  const bases = sequences.map((sequence, i) => readBases(sequence, `input ${i + 1}`));
  const message = tooLong(bases, { ...open, maxLength: longestText(open.model, open.tokenizer) });
  if (message !== undefined) open.note(message);
  return classify(
    open,
    bases.map((one) => spell(one, open.spelling)),
  );
}

/** A set of a recipe, without its broken files where the recipe leaves them out. */
export function loadWholeSequences(
  data: Pick<OriginalsRecipe, 'id' | 'options' | 'broken'>,
  context: JobContext,
): Promise<WholeDataset<string>> {
  const options = loadOptions(data, context);
  return wholeDataset(
    (broken) => loadSequenceDataset(data.id, context.folders, { ...options, ...broken }),
    data,
    context.note,
  );
}

async function prepare(recipe: DnaClassificationRecipe, context: JobContext): Promise<Job> {
  const { data, tokens, seed } = recipe;
  const { dataset } = await loadWholeSequences(data, context);
  tellNotes(dataset, context);
  const start = recipe.startFrom
    ? await openStart(recipe.startFrom, 'ForSequenceClassification', context.hub)
    : undefined;
  const spelling = start ? await spellingIn(start.dir, start.tokenizer) : spellingOf(tokens);
  const spelledPart = async (split: SplitName): Promise<TextExample[]> =>
    spelled(await sequencesOf(dataset.splits[split]), spelling);
  const examples = distinctIds(await sequencesOf(dataset.splits.train));
  const splits = {
    train: spelled(examples, spelling),
    validation: await spelledPart('validation'),
    test: await spelledPart('test'),
  };
  const learnt = limited(splits.train, data.limit, seed).map(({ text }) => text);
  const tokenizer = start?.tokenizer ?? dnaTokenizer(learnt, tokens);
  const job = await prepareTextClassification(recipe, { ...dataset, splits }, context, {
    start,
    makeTokenizer: () => tokenizer,
  });
  const maxLength = Math.min(recipe.model.maxLength, job.model.maxLength ?? recipe.model.maxLength);
  const { augment = [] } = recipe;
  const message = tooLong(
    examples.map(({ text }) => text),
    { spelling, tokenizer, maxLength },
  );
  if (message !== undefined) context.note(message);
  return {
    ...withAugmentation(job, { examples, augment, spelling, tokenizer, maxLength, seed }),
    files: { ...job.files, [SPELLING_FILE]: jsonText({ spelling }) },
  };
}

async function evaluate(
  name: string,
  context: JobContext,
  { data, split = 'test' }: EvaluateOptions,
): Promise<ClassificationEvaluation> {
  const open = await openDna(name, context);
  try {
    const set = await measuredOriginals(open.dir, data);
    const { id } = set;
    const { splits, notes = [] } = (await loadWholeSequences(set, context)).dataset;
    for (const note of notes) context.note(note);
    const [train, examples] = [await sequencesOf(splits.train), await sequencesOf(partOf(splits, split))];
    if (examples.length === 0) throw new DataError(`evaluate: expected examples, got none (${id}, ${split})`);
    const { labels } = open.classifier;
    const texts = spelled(examples, open.spelling).map(({ text }) => text);
    const probabilities = await open.classifier.probabilities(open.parameters, texts);
    const words: Spelling = { kind: 'kmer', k: 4, overlap: true };
    const sameLength = new Set([...train, ...examples].map(({ text }) => text.length)).size === 1;
    const rivals: Record<string, string[]> =
      train.length === 0
        ? {}
        : {
            majority_class: majorityClass(train, examples),
            logistic_regression_on_4_mers: logisticRegression(spelled(train, words), spelled(examples, words)),
            ...(sameLength ? { naive_bayes_by_position: positionalNaiveBayes(train, examples) } : {}),
          };
    return evaluateClasses({ data: id, split, examples, labels, probabilities, rivals });
  } finally {
    await open.classifier.release();
  }
}

/** Sequences of bases to labels. */
export const dnaClassification: Task<DnaClassificationRecipe, ClassificationEvaluation, Classification> = {
  prepare,
  evaluate,
  report: reportClasses,
  open: async (name, context) => {
    const open = await openDna(name, context);
    const shown = shownScore(open.model.config);
    return {
      answer: async (inputs) => {
        const answers = await classifyDna(open, await Promise.all(inputs.map(basesOf)));
        return answers.map(([first]) => first as Classification);
      },
      inputsIn: sequencesBehind,
      line: ({ label, score }, input) => `${label}\t${shown(score)}\t${input}`,
      release: () => open.classifier.release(),
    };
  },
};
