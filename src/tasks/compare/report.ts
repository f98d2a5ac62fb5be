// A comparison for people: tables, patterns and the plot of one page.
import type { Bilingual, Report, ReportTable, Said } from '../../lens/index.ts';
import { joined } from '../../lens/index.ts';
import type { CandidateName, WayName } from './candidates.ts';
import type { JudgedClaim } from './claims.ts';
import type { ArchitectureComparison } from './compare.ts';
import type { ProblemKind } from './problems.ts';
import { problemMetrics } from './quality.ts';
import { word } from './words.ts';

const architectures: { readonly [K in CandidateName]: Bilingual } = {
  encoder: { en: 'encoder', zh: '编码器' },
  'encoder-decoder': { en: 'encoder-decoder', zh: '编码器-解码器' },
  decoder: { en: 'decoder', zh: '解码器' },
};

const ways: { readonly [K in WayName]: Bilingual } = {
  'last token': { en: ', last token', zh: '：末尾 token' },
  'label words': { en: ', label words', zh: '：标签词' },
};

const problems: { readonly [K in ProblemKind]: { readonly name: Bilingual; readonly measure: string } } = {
  classify: { name: { en: 'classify', zh: '分类' }, measure: '准确率' },
  rewrite: { name: { en: 'rewrite', zh: '改写' }, measure: '整段全对的比例' },
  continue: { name: { en: 'continue', zh: '续写' }, measure: '后半段每个 token 的 nats' },
};

/** What textbooks say, in Chinese. */
const sayings: { readonly [K in CandidateName]: { readonly strength: string; readonly limit: string } } = {
  encoder: { strength: '看得到每个词的两侧：理解最好', limit: '不能写出任意长度的文本' },
  'encoder-decoder': { strength: '两者兼备：双向阅读，逐步写出', limit: '更复杂，有两座塔' },
  decoder: { strength: '对所有 token 只有一个简单目标：易于扩展，写得最好', limit: '只看得到一侧' },
};

const verdicts: { readonly [K in JudgedClaim['verdict']]: Bilingual } = {
  agrees: { en: 'agrees', zh: '一致' },
  disagrees: { en: 'disagrees', zh: '不一致' },
  undecided: { en: 'undecided', zh: '未定' },
};

function qualities({ cells, undefined_for, tokens_seen }: ArchitectureComparison): ReportTable {
  const rows = cells.map((cell): Said[] => {
    const { say, name } = problemMetrics[cell.problem];
    const [low, high] = cell.quality.interval;
    return [
      problems[cell.problem].name,
      cell.way ? joined(architectures[cell.candidate], ways[cell.way]) : architectures[cell.candidate],
      ...[`${say(cell.quality.mean)} (${say(low)} – ${say(high)})`, { en: name, zh: problems[cell.problem].measure }],
      ...[cell.parameters.toLocaleString('en'), (tokens_seen[cell.problem] ?? 0).toLocaleString('en')],
      ...[`${cell.learning_rate}`, cell.step_ms.toFixed(1), cell.row_ms.toFixed(2)],
      (cell.step_bytes / 2 ** 20).toFixed(1),
    ];
  });
  const missing = undefined_for.map(({ candidate, problem }): Said[] => [
    ...[problems[problem].name, architectures[candidate]],
    { en: 'not defined: it reads a whole text and writes none', zh: '没有定义：它读整段文本，不写文本' },
    ...['', '', '', '', '', '', ''],
  ]);
  const seeds = cells[0]?.quality.values.length ?? 0;
  return {
    title: {
      en: `Quality (95 % interval over ${seeds} seeds) and cost`,
      zh: `质量（${seeds} 个种子的 95 % 区间）与代价`,
    },
    head: [
      ...[word('problem'), word('architecture'), { en: 'quality', zh: '质量' }],
      ...[{ en: 'measured by', zh: '度量' }, word('parameters'), { en: 'tokens seen', zh: '所见 token 数' }],
      ...[word('rate'), { en: 'ms a step', zh: '每步毫秒' }, { en: 'ms an example', zh: '每例毫秒' }],
      { en: 'MiB a step', zh: '每步 MiB' },
    ],
    rows: [...rows, ...missing],
  };
}

function claimTable({ claims }: ArchitectureComparison): ReportTable {
  return {
    title: { en: 'What textbooks say, and what was measured here', zh: '教科书的说法，与这里的实测' },
    head: [
      ...[word('architecture'), { en: 'strength', zh: '长处' }, { en: 'limit', zh: '局限' }],
      ...[word('measured'), { en: 'verdict', zh: '结论' }],
    ],
    rows: claims.map((claim) => [
      architectures[claim.architecture],
      { en: claim.strength, zh: sayings[claim.architecture].strength },
      { en: claim.limit, zh: sayings[claim.architecture].limit },
      ...[claim.measured, verdicts[claim.verdict]],
    ]),
  };
}

function maskTable({ masks }: ArchitectureComparison): ReportTable {
  return {
    title: {
      en: 'Largest attention weight on a place ahead (a_ij, j > i), over all layers and heads',
      zh: '落在后面位置上的最大注意力权重（a_ij，j > i），取所有层与头',
    },
    head: [
      ...[word('architecture'), { en: 'attention', zh: '注意力' }],
      ...[
        { en: 'mask', zh: '掩码' },
        { en: 'largest weight ahead', zh: '后方最大权重' },
      ],
    ],
    rows: masks.flatMap(({ candidate, masks: some }) =>
      some.map((mask) => [
        ...[architectures[candidate], mask.name],
        mask.is_causal ? { en: 'causal', zh: '因果' } : { en: 'none', zh: '无' },
        mask.largest_ahead === undefined ? { en: 'two texts', zh: '两段文本' } : `${mask.largest_ahead}`,
      ]),
    ),
  };
}

/** Tables, masks and the plot. */
export function comparisonReport(comparison: ArchitectureComparison): Report {
  const { recipe, masks, positions } = comparison;
  const { length, lengths } = recipe.positions;
  return {
    title: { en: 'Encoder, encoder-decoder, decoder', zh: '编码器、编码器-解码器、解码器' },
    about: recipe.about,
    tables: [
      qualities(comparison),
      claimTable(comparison),
      maskTable(comparison),
      {
        title: {
          en: `Position encodings of a decoder trained on windows of ${length}: nats per token by the length of the window`,
          zh: `解码器的位置编码，在长 ${length} 的窗口上训练：按窗口长度的每 token nats`,
        },
        head: [{ en: 'encoding', zh: '编码' }, ...lengths.map(String)],
        rows: positions.map(({ encoding, points }) => [encoding, ...points.map(({ loss }) => loss.toFixed(3))]),
      },
    ],
    patterns: masks.flatMap(({ candidate, masks: some }) =>
      some.map(({ name, pattern }) => {
        const where: Said = { en: ', first layer, mean of its heads', zh: '，第一层，各头平均' };
        return { title: joined(architectures[candidate], `: ${name}`, where), pattern };
      }),
    ),
    plot: {
      title: { en: 'Position encodings beyond the trained length', zh: '超出训练长度的位置编码' },
      x: { en: 'tokens in a window', zh: '窗口中的 token 数' },
      y: { en: 'nats per token', zh: '每 token nats' },
      lines: positions.map(({ encoding, points }) => ({
        name: encoding,
        points: points.map(({ length: at, loss }) => [at, loss] as const),
      })),
      mark: { x: length, label: { en: 'trained', zh: '训练长度' } },
    },
  };
}
