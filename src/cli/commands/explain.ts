// `tesserae explain`: what a classifier or an encoder looks at, by several methods, and how the methods fare when they are put to the test.
import {
  type Direction,
  type Explanation,
  explainPage,
  explanationJson,
  METHODS,
  type MethodName,
  type MethodOptions,
  methodNamed,
  type Score,
  scoresOf,
} from '../../lens/index.ts';
import { type DrawnOriginal, openModel, readOriginal } from '../../tasks/index.node.ts';
import {
  type Explained,
  Explainer,
  explainOriginal,
  type JudgeOptions,
  labelIndex,
  percent,
  randomiseWeights,
  type Stage,
} from '../../tasks/index.ts';
import { type Args, type Command, type Io, integer, required, text, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';
import { writePage } from '../output.ts';

/** What is asked unless `--methods` says otherwise: all but single heads. */
const USUAL: readonly MethodName[] = METHODS.filter((name) => name !== 'attention-head');

/** Which tests are made. */
export interface Tests {
  /** Deletion and insertion curves. */
  readonly judge: boolean;
  /** Weights thrown away layer by layer. */
  readonly randomise: boolean;
}

/** Flags about methods. */
export const methodFlags: Command['flags'] = {
  methods: { type: 'string' },
  label: { type: 'string' },
  layer: { type: 'string' },
  head: { type: 'string' },
  heads: { type: 'string' },
  discard: { type: 'string' },
  steps: { type: 'string' },
  points: { type: 'string' },
  orders: { type: 'string' },
};

function share(args: Args, name: string): number | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!(number >= 0 && number < 1)) throw new UsageError(`--${name}: expected a share in [0, 1), got '${value}'`);
  return number;
}

/** Layers and heads count from 1 on the command line, as papers do. */
function optionsOf(args: Args): Partial<MethodOptions> {
  const heads = text(args, 'heads');
  if (heads !== undefined && heads !== 'mean' && heads !== 'min' && heads !== 'max')
    throw new UsageError(`--heads: expected mean, min or max, got '${heads}'`);
  const [layer, head, discard] = [integer(args, 'layer', 1), integer(args, 'head', 1), share(args, 'discard')];
  return {
    ...(layer === undefined ? {} : { layer: layer - 1 }),
    ...(head === undefined ? {} : { head: head - 1 }),
    ...(heads === undefined ? {} : { heads }),
    ...(discard === undefined ? {} : { discard, discardGradient: discard }),
  };
}

/** @throws UsageError for a layer or head that the model does not have */
function requirePlace({ layer = 0, head = 0 }: Partial<MethodOptions>, { size }: Explainer): void {
  for (const [name, at, count] of [
    ['layer', layer, size.layers],
    ['head', head, size.heads],
  ] as const)
    if (at >= count) throw new UsageError(`--${name}: expected 1 to ${count}, got ${at + 1}`);
}

/** @throws UsageError for a label that the model does not have */
function requireLabel(label: string | undefined, { spec }: Explainer): void {
  try {
    labelIndex(spec.labels, label);
  } catch (error) {
    throw new UsageError(`--label: ${(error as Error).message}`);
  }
}

function methodsOf(args: Args): readonly MethodName[] {
  const wanted = text(args, 'methods');
  if (wanted === undefined) return text(args, 'head') === undefined ? USUAL : METHODS;
  try {
    return wanted.split(',').map((name) => methodNamed(name.trim()));
  } catch (error) {
    throw new UsageError(`--methods: ${(error as Error).message}`);
  }
}

function judgeOptionsOf(args: Args): Pick<JudgeOptions, 'steps' | 'orders'> {
  const [steps, orders] = [integer(args, 'points', 1), integer(args, 'orders', 1)];
  return { ...(steps === undefined ? {} : { steps }), ...(orders === undefined ? {} : { orders }) };
}

/** Tells of a model that cannot be judged. */
function noteUnjudged({ spec: { kind } }: Explainer, className: string, note: (text: string) => void): void {
  if (kind === 'probabilities') return;
  const got = kind === 'values' ? 'values of a regression' : 'no classes';
  note(`not judged: deletion and insertion follow a probability, and this ${className} gives ${got}`);
}

interface Answers {
  readonly originals: readonly DrawnOriginal[];
  readonly explained: readonly Explained[];
  readonly randomised?: readonly Stage[];
}

/** Explains every input with one model. Sessions are shared by inputs of one size. */
async function answersFor(args: Args, io: Io, tests: Tests): Promise<Answers> {
  const context = await contextOf(args, io);
  const open = await openModel(required(args, 0, 'a model or run folder'), context.hub);
  const inputs = args.positionals.slice(1);
  if (inputs.length === 0)
    throw new UsageError('expected INPUT… (a picture, clip, sound, sequence or text), got nothing');
  const names = methodsOf(args);
  const options = optionsOf(args);
  const [label, pathSteps, seed] = [text(args, 'label'), integer(args, 'steps', 1), integer(args, 'seed') ?? 0];
  const originals: DrawnOriginal[] = [];
  const explained: Explained[] = [];
  const explainers = new Map<string, Explainer>();
  try {
    for (const input of inputs) {
      const original = await readOriginal(open, input, context.note);
      originals.push(original);
      const key = Object.entries(original.inputs)
        .map(([name, { shape }]) => `${name} ${shape}`)
        .join();
      const explainer = explainers.get(key) ?? new Explainer(open.model, original.inputs, context);
      explainers.set(key, explainer);
      requirePlace(options, explainer);
      requireLabel(label, explainer);
      explained.push(
        await explainOriginal(explainer, open, original, {
          methods: names,
          options,
          ...(label === undefined ? {} : { label }),
          ...(pathSteps === undefined ? {} : { pathSteps }),
          judge: tests.judge && { seed: seed + explained.length, ...judgeOptionsOf(args) },
        }),
      );
    }
    const [only, ...others] = [...explainers.values()];
    if (tests.judge && only) noteUnjudged(only, open.model.className, context.note);
    if (!tests.randomise || !only) return { originals, explained };
    if (others.length > 0) throw new UsageError('--randomise: expected inputs of one size, got several');
    const grid = originals[0]?.grid;
    const asked = explained.map((one) => one.asked);
    const settings = { options, seed, ...(grid ? { grid } : {}) };
    return {
      originals,
      explained,
      randomised: await randomiseWeights(only, open.model, open.parameters, asked, names, settings),
    };
  } finally {
    for (const explainer of explainers.values()) await explainer.release();
  }
}

/** Of values as of probabilities: the largest first, five at most. */
function answerText({ labels, probabilities, values }: Explanation): string {
  const shown = values ?? labels.map((label, i) => ({ label, value: probabilities[i] as number }));
  const word = values ? (value: number): string => value.toPrecision(4) : percent;
  return [...shown]
    .sort((a, b) => b.value - a.value)
    .slice(0, 5)
    .map(({ label, value }) => `${label} ${word(value)}`)
    .join(', ');
}

/** The answer, and for every method the tokens that count most. */
function explanationText(explanation: Explanation): string {
  const { source, label, tokens, places, maps, completenessError } = explanation;
  const lines = [`${source}: ${answerText(explanation)}; explained: ${label}`];
  for (const [name, { relevance }] of Object.entries(maps)) {
    const best = places
      .flatMap((place, t) => (place ? [t] : []))
      .sort((a, b) => (relevance[b] as number) - (relevance[a] as number))
      .slice(0, 6);
    lines.push(
      `  ${name.padEnd(21)} ${best.map((t) => `${tokens[t]} ${(relevance[t] as number).toPrecision(3)}`).join('  ')}`,
    );
  }
  if (completenessError !== undefined)
    lines.push(`  integrated gradients miss the score's rise by ${percent(completenessError)}`);
  return lines.join('\n');
}

function scoreText({ area, interval, gain, gainInterval, beats }: Score): string {
  const range = (pair: readonly [number, number] | undefined): string =>
    pair ? ` [${pair.map((value) => value.toFixed(3)).join(', ')}]` : '';
  return `${area.toFixed(3)}${range(interval)}, ${gain >= 0 ? '+' : ''}${gain.toFixed(3)}${range(gainInterval)} over random, beats ${percent(beats)}`;
}

function judgedText(scores: Readonly<Record<string, Record<Direction, Score>>>, orders: number): string {
  const lines = [
    `areas under deletion (less is better) and insertion (more is better), against ${orders} random orders:`,
  ];
  for (const [name, { deletion, insertion }] of Object.entries(scores))
    lines.push(
      `  ${name.padEnd(21)} deletion  ${scoreText(deletion)}`,
      `  ${''.padEnd(21)} insertion ${scoreText(insertion)}`,
    );
  return lines.join('\n');
}

function randomisedText(stages: readonly Stage[]): string {
  const names = Object.keys(stages[0]?.rank ?? {});
  const cell = (value: number): string => value.toFixed(2).padStart(6);
  return [
    'rank correlation with the trained maps, weights thrown away from the head down (a map that stays says nothing):',
    ...names.map((name) => `  ${name.padEnd(21)} ${stages.map(({ rank }) => cell(rank[name] as number)).join('')}`),
    `  after ${stages.map(({ module }) => module).join(', ')}`,
  ].join('\n');
}

/** What was found about all inputs. */
interface Findings {
  readonly explanations: readonly Explanation[];
  /** Of all inputs together; only where they were judged. */
  readonly scores?: Readonly<Record<string, Record<Direction, Score>>>;
  readonly randomised?: readonly Stage[];
}

/** Explains every input of the command line, and writes the page if `--html` asks for it. */
export async function explainInputs(args: Args, io: Io, tests: Tests): Promise<Findings> {
  const html = text(args, 'html');
  if (html !== undefined && args.positionals.length !== 2)
    throw new UsageError(`--html: expected one input, got ${args.positionals.length - 1}`);
  const { originals, explained, randomised } = await answersFor(args, io, tests);
  const judged = explained.flatMap((one) => one.judged ?? []);
  const explanations = explained.map(
    ({ explanation }): Explanation => ({ ...explanation, ...(randomised ? { randomised } : {}) }),
  );
  if (html !== undefined) {
    await writePage(html, explainPage(explanations[0] as Explanation, (originals[0] as DrawnOriginal).scene), io);
  }
  return {
    explanations,
    ...(judged.length > 0 ? { scores: scoresOf(judged) } : {}),
    ...(randomised ? { randomised } : {}),
  };
}

/** Findings for people. */
export function findingsText({ explanations, scores, randomised }: Findings): string {
  return [
    ...explanations.map(explanationText),
    ...(scores ? [judgedText(scores, explanations[0]?.baselines?.orders ?? 0)] : []),
    ...(randomised ? [randomisedText(randomised)] : []),
  ].join('\n');
}

export const command: Command = {
  flags: { ...methodFlags, html: { type: 'string' }, judge: { type: 'boolean' }, randomise: { type: 'boolean' } },
  run: async (args, io) => {
    const { judge, randomise } = args.values;
    const findings = await explainInputs(args, io, { judge: judge === true, randomise: randomise === true });
    const { explanations, ...rest } = findings;
    if (io.json) io.out(JSON.stringify({ inputs: explanations.map(explanationJson), ...rest }));
    else if (text(args, 'html') === undefined) io.out(findingsText(findings));
    return undefined;
  },
};
