// `tesserae compare`: trainings side by side, as a table, a page and JSON. One entry of the table below is one comparison.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareArchitecturesRecipe } from '../../../recipes/compare-architectures.ts';
import { digitsSpeakers, esc10Folds, spliceFolds } from '../../../recipes/folds.ts';
import { mlmTransfer } from '../../../recipes/mlm-transfer.ts';
import { oneEncoder } from '../../../recipes/one-encoder.ts';
import { promoterTransfer, promoterUnits } from '../../../recipes/promoters.ts';
import { tubeControls } from '../../../recipes/tube-controls.ts';
import { vitTransfer } from '../../../recipes/vit-transfer.ts';
import { writeFileAtomic } from '../../checkpoints/index.node.ts';
import { loadTextDataset } from '../../data/index.node.ts';
import { intervalsSvg, type PageLanguage, type Report, reportPage, reportText } from '../../lens/index.ts';
import { type CellContext, compareModalities, compareTransfer, compareVariants } from '../../tasks/index.node.ts';
import {
  compareArchitectures,
  comparisonReport,
  oneEncoderReport,
  type TransferRecipe,
  transferReport,
  type VariantsRecipe,
  variantsReport,
} from '../../tasks/index.ts';
import { memoryBudget } from '../../train/index.node.ts';
import { type Args, type Command, text, texts, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';
import { withSetting } from '../settings.ts';
import { versions } from '../version.ts';
import { languageOf } from './tokenizer-replay.ts';

/** What was compared, and how it is shown. */
interface Compared {
  readonly comparison: object;
  readonly report: Report;
}

/** A comparison: its recipe, and how it is done. Run folders go below `out`. */
interface Comparison {
  readonly name: string;
  readonly run: (settings: readonly string[], out: string, context: CellContext) => Promise<Compared>;
}

function comparisonOf<R extends { readonly name: string }>(
  recipe: R,
  run: (recipe: R, out: string, context: CellContext) => Promise<Compared>,
): Comparison {
  return {
    name: recipe.name,
    run: (settings, out, context) => run(settings.reduce(withSetting, recipe), out, context),
  };
}

async function transfer(recipe: TransferRecipe, out: string, context: CellContext): Promise<Compared> {
  const comparison = await compareTransfer(recipe, out, context);
  return { comparison, report: transferReport(comparison) };
}

async function variants(recipe: VariantsRecipe, out: string, context: CellContext): Promise<Compared> {
  const comparison = await compareVariants(recipe, out, context);
  return { comparison, report: variantsReport(comparison) };
}

const comparisons: readonly [Comparison, ...Comparison[]] = [
  comparisonOf(compareArchitecturesRecipe, async (recipe, _out, context) => {
    const dataset = await loadTextDataset(recipe.data.id, context.folders, recipe.data.options, context.data);
    const comparison = await compareArchitectures(recipe, dataset, { ...context, memory: memoryBudget() });
    return { comparison, report: comparisonReport(comparison) };
  }),
  comparisonOf(mlmTransfer, transfer),
  comparisonOf(vitTransfer, transfer),
  comparisonOf(oneEncoder, async (recipe, out, context) => {
    const comparison = await compareModalities(recipe, out, context);
    return { comparison, report: oneEncoderReport(comparison) };
  }),
  comparisonOf(esc10Folds, variants),
  comparisonOf(digitsSpeakers, variants),
  comparisonOf(spliceFolds, variants),
  comparisonOf(tubeControls, variants),
  comparisonOf(promoterUnits, variants),
  comparisonOf(promoterTransfer, transfer),
];

function comparisonNamed(name: string | undefined): Comparison {
  if (name === undefined) return comparisons[0];
  const found = comparisons.find((one) => one.name === name);
  if (found) return found;
  throw new UsageError(`expected a comparison among ${comparisons.map((one) => one.name).join(', ')}, got '${name}'`);
}

function filesOf({ comparison, report }: Compared, language: PageLanguage): Record<string, string> {
  return {
    'comparison.json': `${JSON.stringify(comparison, null, 2)}\n`,
    'comparison.html': reportPage(report, language),
    ...(report.intervals ? { 'comparison.svg': `${intervalsSvg(report.intervals, language)}\n` } : {}),
  };
}

export const command: Command = {
  words: 1,
  flags: { set: { type: 'string', multiple: true }, out: { type: 'string' }, language: { type: 'string' } },
  run: async (args: Args, io) => {
    const { name, run } = comparisonNamed(args.positionals[0]);
    const out = text(args, 'out');
    const language = languageOf(args);
    // many short trainings: a thread for each would cost more than it saves
    const context = { ...(await contextOf(args, io)), ahead: 0, versions: versions() };
    const compared = await run(texts(args, 'set'), out ?? `runs/${name}`, context);
    if (out !== undefined) {
      await mkdir(out, { recursive: true });
      const files = filesOf(compared, language);
      for (const [file, content] of Object.entries(files)) await writeFileAtomic(join(out, file), content);
      io.note(`wrote ${Object.keys(files).join(', ')} (${out})\n`);
    }
    io.out(io.json ? JSON.stringify(compared.comparison) : reportText(compared.report, language));
    return undefined;
  },
};
