// Masked-token prediction of run folders: get ready, measure.
import { Random } from '../../array/index.ts';
import { isTable, loadAnyDataset, loadPlainText, loadTextDataset } from '../../data/index.node.ts';
import { type AnyDataset, DataError } from '../../data/index.ts';
import { type CorpusEvaluation, type CorpusMeasure, evaluateCorpus, reportCorpus } from '../corpus-evaluation.node.ts';
import type { CorpusText } from '../corpus-job.ts';
import type { JobContext } from '../job.ts';
import { loadOptions } from '../run-data.node.ts';
import { maskedModel, openWhole } from '../start.node.ts';
import type { Task } from '../task.node.ts';
import { maskedBatch, prepareMaskedLanguageModel } from './prepare.ts';
import type { MaskedLanguageModelRecipe } from './recipe.ts';

type DatasetOf<K extends AnyDataset['kind']> = Extract<AnyDataset, { kind: K }>['dataset'];

/** The texts of a set's training part, as they stand in it; questions give their contexts, once each. Sets without texts have none. */
const trainingTexts: { readonly [K in AnyDataset['kind']]?: (dataset: DatasetOf<K>) => string[] } = {
  'labelled-text': ({ splits }) => splits.train.map(({ text }) => text),
  'labelled-tokens': ({ splits, joiner }) => splits.train.map(({ tokens }) => tokens.join(joiner)),
  pairs: ({ splits }) => splits.train.map(({ target }) => target),
  dialogs: ({ splits }) => splits.train.flatMap(({ turns }) => turns),
  questions: ({ splits }) => [...new Set(splits.train.map(({ context }) => context))],
};

/** @throws DataError for a set without texts */
function textsOf({ kind, dataset }: AnyDataset): string[] {
  const texts = trainingTexts[kind] as ((dataset: AnyDataset['dataset']) => string[]) | undefined;
  if (!texts)
    throw new DataError(
      `pre-training: expected a set of ${Object.keys(trainingTexts).join(', ')}, got ${kind} (${dataset.name})`,
    );
  return texts(dataset);
}

/**
 * Pre-training reads a plain text, the training texts of a labelled set, or several of both: `ner-zh-uner-gsdsimp+qa-zh-cmrc2018`. The last
 * tenth of all is for validation, so sets are mixed by shuffling their texts.
 */
async function corpusOf({ data, seed }: MaskedLanguageModelRecipe, context: JobContext): Promise<CorpusText> {
  if (data.id.startsWith('lm-') && !data.id.includes('+')) return loadPlainText(data.id, context.folders, context.data);
  const options = loadOptions(data, context);
  const ids = data.id.split('+');
  const read = async (id: string) => {
    const any = await loadAnyDataset(id, context.folders, options);
    if (any) return { texts: textsOf(any), checksums: any.dataset.checksums };
    if (isTable(id)) {
      const dataset = await loadTextDataset(id, context.folders, data.options, context.data);
      return { texts: textsOf({ kind: 'labelled-text', dataset }), checksums: dataset.checksums };
    }
    const { text, checksums } = await loadPlainText(id, context.folders, context.data);
    return { texts: text.split('\n').filter((line) => line.trim() !== ''), checksums };
  };
  const parts = await Promise.all(ids.map(read));
  const texts = parts.flatMap(({ texts: own }) => own.map((text) => text.replace(/\n/g, ' ')));
  const mixed = ids.length === 1 ? texts : new Random({ seed, site: 'corpus' }).shuffled(texts);
  return { text: mixed.join('\n'), checksums: Object.assign({}, ...parts.map(({ checksums }) => checksums)) };
}

const measure: CorpusMeasure<MaskedLanguageModelRecipe> = { corpusOf, batchOf: maskedBatch };

/** Masked-token prediction: pre-training of encoders. */
export const maskedLanguageModel: Task<MaskedLanguageModelRecipe, CorpusEvaluation> = {
  prepare: async (recipe, context) => {
    const start = recipe.startFrom ? await openWhole(recipe.startFrom, maskedModel, context.hub) : undefined;
    return prepareMaskedLanguageModel(recipe, await corpusOf(recipe, context), context, start);
  },
  evaluate: (name, context, options) => evaluateCorpus(name, context, options, measure),
  report: reportCorpus,
};
