// Next-token prediction of run folders: get ready, measure.
import { loadPlainText } from '../../data/index.node.ts';
import { type CorpusEvaluation, type CorpusMeasure, evaluateCorpus, reportCorpus } from '../corpus-evaluation.node.ts';
import type { Task } from '../task.node.ts';
import { nextTokenBatch, prepareLanguageModel } from './prepare.ts';
import type { LanguageModelRecipe } from './recipe.ts';

const measure: CorpusMeasure<LanguageModelRecipe> = {
  corpusOf: (recipe, context) => loadPlainText(recipe.data.id, context.folders, context.data),
  batchOf: nextTokenBatch,
};

/** Next-token prediction on running text. */
export const languageModel: Task<LanguageModelRecipe, CorpusEvaluation> = {
  prepare: async (recipe, context) => prepareLanguageModel(recipe, await measure.corpusOf(recipe, context), context),
  evaluate: (name, context, options) => evaluateCorpus(name, context, options, measure),
  report: reportCorpus,
};
