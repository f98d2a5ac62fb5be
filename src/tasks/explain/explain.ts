// One input explained: the answer, all patterns, what each method says, and how the methods fare on it.
import type { NamedArrays } from '../../array/index.ts';
import {
  type AnsweredValue,
  attentionDistance,
  bandOf,
  completenessError,
  type Direction,
  type ExplainedMap,
  type Explanation,
  type InputJudgement,
  type MethodName,
  type MethodOptions,
  methods,
  type Relevance,
  relevanceOf,
  scoresOf,
  type TokenPlaces,
} from '../../lens/index.ts';
import type { Model } from '../../models/index.ts';
import type { Explainer, Question } from './explainer.ts';
import { type Asked, type JudgeOptions, judgeMaps } from './judge.ts';

/** An input ready to be asked about: arrays, a blank one, and where its tokens lie. */
export interface Original extends Question {
  readonly modality: Explanation['modality'];
  readonly source: string;
  readonly tokens: readonly string[];
  readonly places: TokenPlaces;
  /** Rows and columns of the tokens that have a place, where they lie on a grid. */
  readonly grid?: readonly [number, number];
}

/** What to ask. */
export interface ExplainOptions {
  readonly methods: readonly MethodName[];
  readonly options?: Partial<MethodOptions>;
  /** Name or index of the class; the likeliest when left out. */
  readonly label?: string;
  /** Pieces of the path for integrated gradients; default 32. */
  readonly pathSteps?: number;
  /** Draw deletion and insertion curves; of a model that gives no probabilities none are drawn. */
  readonly judge?: JudgeOptions | false;
}

/** An explanation with what further tests need. */
export interface Explained {
  readonly explanation: Explanation;
  readonly asked: Asked;
  readonly judged?: InputJudgement;
}

/** Index of a class by name or number. @throws RangeError with the labels there are */
export function labelIndex(labels: readonly string[], wanted: string | undefined): number | undefined {
  if (wanted === undefined) return undefined;
  const named = labels.indexOf(wanted);
  // Number('') is 0
  const index = named < 0 && /^\d+$/.test(wanted) ? Number(wanted) : named;
  if (index in labels) return index;
  throw new RangeError(`explain: expected a label among ${labels.slice(0, 20).join(', ')}, got '${wanted}'`);
}

/** Explains one original. */
export async function explainOriginal(
  explainer: Explainer,
  { model, parameters }: { readonly model: Model; readonly parameters: NamedArrays },
  original: Original,
  { methods: names, options = {}, label, pathSteps = 32, judge = false }: ExplainOptions,
): Promise<Explained> {
  const { kind, labels } = explainer.spec;
  const chosen = labelIndex(labels, label);
  const steps = names.some((name) => methods[name].needsPath) ? pathSteps : 0;
  const capture = await explainer.capture(parameters, original, {
    steps,
    ...(chosen === undefined ? {} : { label: chosen }),
  });
  const { places } = original;
  if (places.length !== capture.readout.length)
    throw new RangeError(
      `explain: expected a place for each of ${capture.readout.length} tokens, got ${places.length}`,
    );
  const maps = Object.fromEntries(names.map((name) => [name, relevanceOf(name, capture, options)] as const));
  const asked: Asked = { question: original, capture, places };
  const hasProbabilities = kind === 'probabilities';
  const judged =
    judge === false || !hasProbabilities ? undefined : await judgeMaps(explainer, parameters, asked, maps, judge);
  return {
    asked,
    ...(judged ? { judged } : {}),
    explanation: {
      model: String(model.config._name_or_path ?? model.className),
      modality: original.modality,
      source: original.source,
      labels: hasProbabilities ? labels : [],
      probabilities: hasProbabilities ? capture.answer : [],
      ...(hasProbabilities ? {} : { values: valuesOf(labels, capture.answer) }),
      label: labels[capture.label] as string,
      tokens: original.tokens,
      places,
      readout: Array.from(capture.readout),
      attentions: capture.attentions,
      distance: attentionDistance(capture.attentions, places),
      maps: explainedMaps(maps, judged),
      ...(capture.path ? { completenessError: completenessError(capture) } : {}),
      ...(judged ? judgedParts(judged) : {}),
    },
  };
}

const valuesOf = (labels: readonly string[], values: readonly number[]): AnsweredValue[] =>
  labels.map((label, i) => ({ label, value: values[i] as number }));

function explainedMaps(
  maps: Readonly<Record<string, Relevance>>,
  judged: InputJudgement | undefined,
): Record<string, ExplainedMap> {
  const scores = judged && scoresOf([judged]);
  return Object.fromEntries(
    Object.entries(maps).map(([name, relevance]) => {
      const { isSigned, isOfClass } = methods[name as MethodName];
      const map: ExplainedMap = { relevance: Array.from(relevance), isSigned, isOfClass };
      if (!judged || !scores) return [name, map];
      return [name, { ...map, curves: pointsOf(judged, name), scores: scores[name] as Record<Direction, never> }];
    }),
  );
}

function pointsOf({ curves }: InputJudgement, name: string): Record<Direction, readonly number[]> {
  return {
    deletion: curves[name]?.deletion.scores ?? [],
    insertion: curves[name]?.insertion.scores ?? [],
  };
}

function judgedParts(judged: InputJudgement): Pick<Explanation, 'shares' | 'baselines'> {
  const { random, curves } = judged;
  const band = (way: Direction) => bandOf(random.map((one) => one[way]));
  return {
    shares: curves.center?.deletion.shares ?? [],
    baselines: {
      orders: random.length,
      center: pointsOf(judged, 'center'),
      random: { deletion: band('deletion'), insertion: band('insertion') },
      scores: scoresOf([judged]).center as NonNullable<Explanation['baselines']>['scores'],
    },
  };
}
