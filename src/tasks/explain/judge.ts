// Maps put to the test on the model that they are about: tokens deleted and inserted in their order, and weights thrown away layer by layer.
import type { NamedArrays } from '../../array/index.ts';
import {
  type Curve,
  type Curves,
  centerRelevance,
  curveOf,
  type Direction,
  type InputJudgement,
  type MethodName,
  type MethodOptions,
  methods,
  orderOf,
  type Relevance,
  randomRelevance,
  rankCorrelation,
  relevanceOf,
  sharesOf,
  shownAt,
  structuralSimilarity,
  type TokenPlaces,
} from '../../lens/index.ts';
import { type Model, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import type { Answered, Explainer, Question } from './explainer.ts';

/** Something asked, the answer with its capture, and where its tokens lie. */
export interface Asked {
  readonly question: Question;
  readonly capture: Answered;
  readonly places: TokenPlaces;
}

/** Options of `judgeMaps`. */
export interface JudgeOptions {
  /** Pieces of a curve; default 16, never more than there are tokens. */
  readonly steps?: number;
  /** Random orders to compare with; default 16. */
  readonly orders?: number;
  /** Of the random orders. Inputs that are judged together need seeds of their own, or the luck of the same few orders is in all of them. */
  readonly seed?: number;
}

/**
 * Deletion and insertion curves of maps of one input, of the centre prior, and of random orders. Inserting an order backwards shows what
 * deleting it has shown, so that each random order gives both curves at the price of one.
 */
export async function judgeMaps(
  explainer: Explainer,
  parameters: NamedArrays,
  { question, capture, places }: Asked,
  maps: Readonly<Record<string, Relevance>>,
  { steps = 16, orders = 16, seed = 0 }: JudgeOptions = {},
): Promise<InputJudgement> {
  const shares = sharesOf(places.filter((place) => place).length, steps);
  const scoresOf = (shown: readonly Float32Array[]): Promise<number[]> =>
    explainer.probabilities(parameters, question, capture, shown);
  const everything = orderOf(new Float64Array(places.length), places);
  const [whole = 0, blank = 0] = await scoresOf(shownAt(everything, places.length, [0, 1], 'deletion'));
  const ends: Readonly<Record<Direction, readonly [number, number]>> = {
    deletion: [whole, blank],
    insertion: [blank, whole],
  };
  const curve = async (relevance: Relevance, way: Direction): Promise<Curve> => {
    const between = shownAt(orderOf(relevance, places), places.length, shares.slice(1, -1), way);
    return curveOf(shares, [ends[way][0], ...(await scoresOf(between)), ends[way][1]]);
  };
  const curves: Record<string, Curves> = {};
  for (const [name, relevance] of Object.entries({ ...maps, center: centerRelevance(places) }))
    curves[name] = { deletion: await curve(relevance, 'deletion'), insertion: await curve(relevance, 'insertion') };
  const random: Curves[] = [];
  for (let i = 0; i < orders; i++) {
    const deletion = await curve(randomRelevance(places.length, seed * orders + i), 'deletion');
    random.push({ deletion, insertion: curveOf(shares, [...deletion.scores].reverse()) });
  }
  return { curves, random };
}

/** How alike a method's maps stay to those of the trained weights. */
export interface Stage {
  /** What was thrown away in this stage, on top of all stages before. */
  readonly module: string;
  /** Mean over inputs of Spearman's correlation of absolute values, by method. */
  readonly rank: Readonly<Record<string, number>>;
  /** Mean structural similarity, where tokens lie on a grid. */
  readonly structure?: Readonly<Record<string, number>>;
}

/** `encoder.layers.3` of `encoder.layers.3.attention.query.weight`; the first name where no layer is numbered. */
function moduleOf(parameter: string): string {
  return /^(.*?\.\d+)\./.exec(parameter)?.[1] ?? (parameter.split('.')[0] as string);
}

/** Modules from the head down to the embeddings, with their parameters. */
export function modulesFromHead(names: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) groups.set(moduleOf(name), [...(groups.get(moduleOf(name)) ?? []), name]);
  return new Map([...groups].reverse());
}

/** Far from any seed that a run was trained from: first values of the same seed are what training set out from, and still resemble its weights. */
const FRESH = 2 ** 40;

/** Options of `randomiseWeights`. */
export interface SanityOptions {
  readonly options?: Partial<MethodOptions>;
  readonly seed?: number;
  /** Rows and columns of the tokens that have a place, where they lie on a grid. */
  readonly grid?: readonly [number, number];
  /** Pieces of the path for integrated gradients. */
  readonly pathSteps?: number;
}

/**
 * Cascading randomisation (Adebayo et al. 2018): module by module from the head down, weights are drawn anew and all maps made again, for
 * the class of the trained model. Maps that stay alike do not depend on what was learnt.
 */
export async function randomiseWeights(
  explainer: Explainer,
  model: Model,
  parameters: NamedArrays,
  asked: readonly Asked[],
  names: readonly MethodName[],
  { options = {}, seed = 0, grid, pathSteps = 16 }: SanityOptions = {},
): Promise<Stage[]> {
  const fresh = initializeParameters(parameterSpecs(model), FRESH + seed);
  const steps = names.some((name) => methods[name].needsPath) ? pathSteps : 0;
  const mapsOf = (capture: Answered, places: TokenPlaces): Float64Array[] =>
    names.map((name) => {
      const relevance = relevanceOf(name, capture, options);
      return Float64Array.from(places.flatMap((place, t) => (place ? [Math.abs(relevance[t] as number)] : [])));
    });
  const before: Float64Array[][] = [];
  for (const { question, capture, places } of asked) {
    const { label } = capture;
    before.push(mapsOf(await explainer.capture(parameters, question, { label, steps }), places));
  }
  const stages: Stage[] = [];
  const current: Record<string, NamedArrays[string]> = { ...parameters };
  for (const [module, own] of modulesFromHead(Object.keys(parameters))) {
    for (const name of own) current[name] = fresh[name] as NamedArrays[string];
    const sums = names.map(() => ({ rank: 0, structure: 0 }));
    for (const [i, { question, capture, places }] of asked.entries()) {
      const after = mapsOf(await explainer.capture(current, question, { label: capture.label, steps }), places);
      sums.forEach((sum, m) => {
        const [a, b] = [before[i]?.[m], after[m]] as [Float64Array, Float64Array];
        sum.rank += rankCorrelation(a, b) / asked.length;
        if (grid) sum.structure += structuralSimilarity(a, b, grid) / asked.length;
      });
    }
    const by = (what: 'rank' | 'structure'): Record<string, number> =>
      Object.fromEntries(names.map((name, m) => [name, sums[m]?.[what] as number]));
    stages.push({ module, rank: by('rank'), ...(grid ? { structure: by('structure') } : {}) });
  }
  return stages;
}
