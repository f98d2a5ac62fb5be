// Masked-token prediction of run folders: get ready, measure.
import { loadPlainText, loadTextDataset } from '../../data/index.node.ts';
import { type CorpusEvaluation, type CorpusMeasure, evaluateCorpus, reportCorpus } from '../corpus-evaluation.node.ts';
import type { CorpusText } from '../corpus-job.ts';
import type { JobContext } from '../job.ts';
import type { Task } from '../task.node.ts';
import { maskedBatch, prepareMaskedLanguageModel } from './prepare.ts';
import type { MaskedLanguageModelRecipe } from './recipe.ts';

/** Pre-training reads a plain text, or the training texts of a labelled set. */
async function corpusOf({ data }: MaskedLanguageModelRecipe, context: JobContext): Promise<CorpusText> {
  if (data.id.startsWith('lm-')) return loadPlainText(data.id, context.folders, context.data);
  const { splits, checksums } = await loadTextDataset(data.id, context.folders, data.options, context.data);
  return { text: splits.train.map((example) => example.text.replace(/\n/g, ' ')).join('\n'), checksums };
}

const measure: CorpusMeasure<MaskedLanguageModelRecipe> = { corpusOf, batchOf: maskedBatch };

/** Masked-token prediction: pre-training of encoders. */
export const maskedLanguageModel: Task<MaskedLanguageModelRecipe, CorpusEvaluation> = {
  prepare: async (recipe, context) => prepareMaskedLanguageModel(recipe, await corpusOf(recipe, context), context),
  evaluate: (name, context, options) => evaluateCorpus(name, context, options, measure),
  report: reportCorpus,
};
