// A comparison for people: tables, patterns and the plot of one page.
import type { Report, ReportTable } from '../../lens/index.ts';
import type { ArchitectureComparison } from './compare.ts';
import { problemMetrics } from './quality.ts';

function qualities({ cells, undefined_for, tokens_seen }: ArchitectureComparison): ReportTable {
  const rows = cells.map((cell) => {
    const { say, name } = problemMetrics[cell.problem];
    const [low, high] = cell.quality.interval;
    return [
      ...[cell.problem, cell.candidate, `${say(cell.quality.mean)} (${say(low)} – ${say(high)})`, name],
      ...[cell.parameters.toLocaleString('en'), (tokens_seen[cell.problem] ?? 0).toLocaleString('en')],
      ...[`${cell.learning_rate}`, cell.step_ms.toFixed(1), cell.row_ms.toFixed(2)],
      (cell.step_bytes / 2 ** 20).toFixed(1),
    ];
  });
  const missing = undefined_for.map(({ candidate, problem }) => [
    ...[problem, candidate, 'not defined: it reads a whole text and writes none', '', '', '', '', '', '', ''],
  ]);
  return {
    title: `Quality (95 % interval over ${cells[0]?.quality.values.length ?? 0} seeds) and cost`,
    head: [
      'problem',
      'architecture',
      'quality',
      'measured by',
      'parameters',
      'tokens seen',
      'rate',
      'ms a step',
      'ms an example',
      'MiB a step',
    ],
    rows: [...rows, ...missing],
  };
}

/** Tables, masks and the plot. */
export function comparisonReport(comparison: ArchitectureComparison): Report {
  const { recipe, claims, masks, positions } = comparison;
  const { length, lengths } = recipe.positions;
  return {
    title: 'Encoder, encoder-decoder, decoder',
    about: recipe.about,
    tables: [
      qualities(comparison),
      {
        title: 'What textbooks say, and what was measured here',
        head: ['architecture', 'strength', 'limit', 'measured', 'verdict'],
        rows: claims.map((claim) => [claim.architecture, claim.strength, claim.limit, claim.measured, claim.verdict]),
      },
      {
        title: 'Largest attention weight on a place ahead (a_ij, j > i), over all layers and heads',
        head: ['architecture', 'attention', 'mask', 'largest weight ahead'],
        rows: masks.flatMap(({ candidate, masks: some }) =>
          some.map((mask) => [
            ...[candidate, mask.name, mask.is_causal ? 'causal' : 'none'],
            mask.largest_ahead === undefined ? 'two texts' : `${mask.largest_ahead}`,
          ]),
        ),
      },
      {
        title: `Position encodings of a decoder trained on windows of ${length}: nats per token by the length of the window`,
        head: ['encoding', ...lengths.map(String)],
        rows: positions.map(({ encoding, points }) => [encoding, ...points.map(({ loss }) => loss.toFixed(3))]),
      },
    ],
    patterns: masks.flatMap(({ candidate, masks: some }) =>
      some.map(({ name, pattern }) => ({ title: `${candidate}: ${name}, first layer, mean of its heads`, pattern })),
    ),
    plot: {
      title: 'Position encodings beyond the trained length',
      x: 'tokens in a window',
      y: 'nats per token',
      lines: positions.map(({ encoding, points }) => ({
        name: encoding,
        points: points.map(({ length: at, loss }) => [at, loss] as const),
      })),
      mark: { x: length, label: 'trained' },
    },
  };
}
