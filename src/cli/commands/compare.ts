// `tesserae compare`: encoder, encoder-decoder and decoder of one size on the same data, as a table, a page and JSON.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareArchitecturesRecipe } from '../../../recipes/compare-architectures.ts';
import { writeFileAtomic } from '../../checkpoints/index.node.ts';
import { loadTextDataset } from '../../data/index.node.ts';
import { reportPage, reportText } from '../../lens/index.ts';
import { type CompareRecipe, compareArchitectures, comparisonReport, override } from '../../tasks/index.ts';
import { memoryBudget } from '../../train/index.node.ts';
import { type Args, type Command, text, texts, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';

function recipeOf(args: Args): CompareRecipe {
  return texts(args, 'set').reduce((recipe, setting) => {
    const at = setting.indexOf('=');
    if (at < 1) throw new UsageError(`--set: expected key=value, got '${setting}'`);
    return override(recipe, setting.slice(0, at), setting.slice(at + 1));
  }, compareArchitecturesRecipe);
}

export const command: Command = {
  flags: { set: { type: 'string', multiple: true }, out: { type: 'string' } },
  run: async (args, io) => {
    const recipe = recipeOf(args);
    const context = await contextOf(args, io);
    const dataset = await loadTextDataset(recipe.data.id, context.folders, recipe.data.options, context.data);
    const comparison = await compareArchitectures(recipe, dataset, { ...context, memory: memoryBudget() });
    const report = comparisonReport(comparison);
    const out = text(args, 'out');
    if (out !== undefined) {
      await mkdir(out, { recursive: true });
      await writeFileAtomic(join(out, 'comparison.json'), `${JSON.stringify(comparison, null, 2)}\n`);
      await writeFileAtomic(join(out, 'comparison.html'), reportPage(report));
      io.note(`wrote ${join(out, 'comparison.html')} and comparison.json\n`);
    }
    io.out(io.json ? JSON.stringify(comparison) : reportText(report));
    return undefined;
  },
};
