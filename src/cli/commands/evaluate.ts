// `tesserae evaluate`: scores on data the run has not seen, beside cheap baselines.
import type { SplitName } from '../../data/index.ts';
import { type Evaluation, evaluateRun } from '../../tasks/index.node.ts';
import { type Command, required, text } from '../command.ts';
import { contextOf } from '../context.ts';

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** An evaluation for people. */
export function evaluationTable(result: Evaluation): string {
  const width = Math.max(...result.labels.map((label) => label.length));
  const rows = result.confusion.map(
    (row, i) =>
      `  ${(result.labels[i] as string).padEnd(width)} ${row.map((count) => String(count).padStart(5)).join('')}`,
  );
  const rivals = Object.entries(result.baselines).map(
    ([name, value]) => `  ${name.replace(/_/g, ' ').padEnd(22)} ${percent(value)}`,
  );
  return [
    `${result.data}, ${result.split}: ${result.examples} examples`,
    `  ${'Transformer'.padEnd(22)} ${percent(result.accuracy)}  (95 % interval ${percent(result.interval[0])} – ${percent(result.interval[1])}, macro-F1 ${percent(result.macro_f1)})`,
    ...rivals,
    'confusion (rows: truth, columns: prediction)',
    ...rows,
  ].join('\n');
}

export const command: Command = {
  flags: { data: { type: 'string' }, split: { type: 'string' } },
  run: async (args, io) => {
    const [data, split] = [text(args, 'data'), text(args, 'split')];
    const options = {
      ...(data === undefined ? {} : { data }),
      ...(split === undefined ? {} : { split: split as SplitName }),
    };
    const result = await evaluateRun(required(args, 0, 'a run folder'), await contextOf(args, io), options);
    io.out(io.json ? JSON.stringify(result) : evaluationTable(result));
    return undefined;
  },
};
