// Beam search as Transformers 5 does it (generation/utils.py, `_beam_search`), each prompt by itself: prompts that are done leave the
// batch. Sums are rounded to float32 after every operation, for ties decide what is explored.
import { Random } from '../../array/index.ts';
import { GenerationError } from './generation-error.ts';
import type { RowContext } from './processors.ts';
import { atLeast, type Scores } from './scores.ts';
import { checkScores, type FoundRow, type PromptRow, processScores, type SearchContext } from './search.ts';
import { asList, type ResolvedSettings } from './settings.ts';
import type { StepResult } from './step-result.ts';
import type { Finish } from './stop.ts';

/** One continuation that beam search looked at. */
export interface BeamNode {
  /** Which prompt. */
  readonly prompt: number;
  readonly step: number;
  /** Place in {@link BeamTree.nodes} of what it continues; -1 for the prompt itself. */
  readonly parent: number;
  readonly id: number;
  /** Sum of log-probabilities so far. */
  readonly sum: number;
  /** `open`: continued; `ended`: a finished text; `left`: looked at and dropped. */
  readonly fate: 'open' | 'ended' | 'left';
  /** Score of a finished text. */
  readonly score?: number;
}

/** Everything that beam search explored, in the order in which it did. */
export interface BeamTree {
  readonly nodes: readonly BeamNode[];
  /** For every returned row, its last node. */
  readonly returned: readonly number[];
}

/** Added to what must not win; as large as the reference's, for it must lose digits in the same way. */
const NEVER = -1e9;
const float = Math.fround;

interface Beam {
  readonly ids: readonly number[];
  readonly sum: number;
  readonly node: number;
}

interface Finished {
  readonly ids: readonly number[];
  readonly score: number;
  /** Undefined for a place that no text has taken yet. */
  readonly finish: Finish | undefined;
  readonly node: number;
}

/** One prompt's search. */
interface Search extends PromptRow {
  readonly prompt: number;
  beams: readonly Beam[];
  finished: readonly Finished[];
}

interface Continuation {
  readonly beam: number;
  readonly id: number;
  readonly sum: number;
}

/** The places of the `count` largest values, the largest first; of equals the earlier one. */
function largest(values: readonly number[], count: number): number[] {
  const order = values.map((_, i) => i);
  return order.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b).slice(0, count);
}

/** Log-probabilities of one prompt's beams. */
interface Scored {
  readonly scores: readonly Scores[];
  /** Of each beam, the tokens that have one, ascending; all when absent. */
  readonly candidates: readonly (readonly number[])[] | undefined;
}

/** More than a sum in float32 may be off by, as a share of it. */
const ROUNDING = 2 ** -22;

/** The best continuations of all beams, the best first; of those tokens alone that `candidates` names for each beam, in ascending order. */
function bestOf(
  beams: readonly Beam[],
  scores: readonly Scores[],
  count: number,
  candidates?: readonly (readonly number[])[],
): Continuation[] {
  const kept: Continuation[] = [];
  let bound = Number.NEGATIVE_INFINITY;
  const offer = (beam: number, id: number, sum: number): void => {
    if (kept.length === count && !(sum > bound)) return;
    let at = kept.length;
    while (at > 0 && (kept[at - 1] as Continuation).sum < sum) at--;
    kept.splice(at, 0, { beam, id, sum });
    if (kept.length > count) kept.pop();
    if (kept.length === count) bound = (kept.at(-1) as Continuation).sum;
  };
  for (const [beam, { sum: before }] of beams.entries()) {
    const row = scores[beam] as Scores;
    const sumOf = (id: number): number => float((row[id] as number) + before);
    // scores below this cannot lift the sum over the bound, however it is rounded: most are turned away by it
    const next = (id: number): number => atLeast(row, bound - before - ROUNDING * Math.abs(bound), id);
    if (candidates) for (const id of candidates[beam] as readonly number[]) offer(beam, id, sumOf(id));
    else for (let id = next(0); id < row.length; id = next(id + 1)) offer(beam, id, sumOf(id));
  }
  return kept;
}

/** The tokens of each beam that may have a score after the processors: the best, and those that are forced. */
function candidatesOf(
  best: readonly (readonly number[])[],
  { forced_bos_token_id, forced_eos_token_id }: ResolvedSettings,
): readonly (readonly number[])[] {
  const forced = [...asList(forced_bos_token_id), ...asList(forced_eos_token_id)];
  return best.map((ids) => [...new Set([...ids, ...forced])].sort((a, b) => a - b));
}

/** Continuations drawn without putting back, in proportion to their probability, the best first. */
function drawnOf(beams: readonly Beam[], scores: readonly Scores[], count: number, random: Random): Continuation[] {
  const all = beams.flatMap(({ sum: before }, beam) =>
    Array.from(scores[beam] as Scores, (score, id): Continuation => ({ beam, id, sum: float(score + before) })),
  );
  const most = all.reduce((best, { sum }) => Math.max(best, sum), Number.NEGATIVE_INFINITY);
  const weights = Float64Array.from(all, ({ sum }) => Math.exp(sum - most));
  const drawn: Continuation[] = [];
  while (drawn.length < count) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0)) break;
    let left = total * (random.uniform() + random.uniform() / 2 ** 24);
    let at = weights.findIndex((weight) => weight > 0 && (left -= weight) < 0);
    if (at < 0) at = weights.findLastIndex((weight) => weight > 0);
    weights[at] = 0;
    drawn.push(all[at] as Continuation);
  }
  return drawn.sort((a, b) => b.sum - a.sum);
}

/** Searches for the best texts of every prompt; `num_return_sequences` rows of each follow each other. */
export async function beamSearch(context: SearchContext): Promise<{ found: FoundRow[]; tree: BeamTree }> {
  const { rows, prompts, settings } = context;
  const { num_beams: width } = settings;
  const nodes: BeamNode[] = [];
  const searches = prompts.map((prompt, at): Search => {
    const start = { ids: prompt.ids, node: -1 };
    return {
      ...prompt,
      prompt: at,
      beams: Array.from({ length: width }, (_, beam) => ({ ...start, sum: beam === 0 ? 0 : NEVER })),
      finished: Array.from({ length: width }, () => ({ ...start, score: NEVER, finish: undefined })),
    };
  });
  const promptLength = prompts[0]?.ids.length ?? 0;
  let going: readonly Search[] = searches;
  let next: readonly (readonly number[])[] = prompts.map(({ ids }) => ids);
  for (let step = 0; going.length > 0; step++) {
    await context.checkpoint();
    const result = await rows.step(next);
    // all beams of a prompt begin as one row
    const rowsOf = step === 0 ? 1 : width;
    const origins: number[] = [];
    const kept: Search[] = [];
    for (const [at, search] of going.entries()) {
      const scored = processed(search, result, { first: at * rowsOf, rowsOf, step, promptLength }, context);
      const { parents, isDone } = advance(search, scored, { step, promptLength, nodes }, context);
      if (isDone) continue;
      kept.push(search);
      origins.push(...parents.map((beam) => at * rowsOf + (rowsOf === 1 ? 0 : beam)));
    }
    tell(going, step, result, context);
    going = kept;
    if (kept.length > 0) rows.select(origins);
    next = kept.flatMap(({ beams }) => beams.map(({ ids }) => ids.slice(-1)));
  }
  const best = searches.flatMap(({ finished }) => finished.slice(0, settings.num_return_sequences));
  return {
    found: best.map(({ ids, score, finish }) => ({ ids, score, finish: finish ?? 'length' })),
    tree: { nodes, returned: best.map(({ node }) => node) },
  };
}

function tell(going: readonly Search[], step: number, { states }: StepResult, { onStep }: SearchContext): void {
  onStep?.({
    step,
    states,
    tokens: going.map(({ prompt, beams }) => ({ row: prompt, id: beams[0]?.ids.at(-1) as number })),
  });
}

/** The processed log-probabilities of each beam of one prompt, and which tokens have one where not all have. */
function processed(
  search: Search,
  { scores, best }: StepResult,
  place: { readonly first: number; readonly rowsOf: number; readonly step: number; readonly promptLength: number },
  context: SearchContext,
): Scored {
  const { first, rowsOf, step, promptLength } = place;
  const { padding, source } = search;
  const own = scores.slice(first, first + rowsOf);
  const known = best?.slice(first, first + rowsOf);
  for (const [beam, row] of own.entries()) {
    const at = search.prompt * context.settings.num_beams + beam;
    checkScores(row, context, { step, row: at }, known?.[beam]);
    const seen: RowContext = { ids: search.beams[beam]?.ids ?? [], padding, promptLength, source };
    processScores(row, seen, context, { step, row: at });
    context.observer?.chosen();
  }
  const ofAll = <T>(values: readonly T[]): readonly T[] =>
    rowsOf === 1 ? search.beams.map(() => values[0] as T) : values;
  return { scores: ofAll(own), candidates: known && ofAll(candidatesOf(known, context.settings)) };
}

/** How many continuations of a prompt are looked at in each step: enough to go on though every end-of-text token were among them. */
export function continuations({ num_beams, eos }: ResolvedSettings): number {
  return Math.max(2, 1 + eos.length) * num_beams;
}

/** One step of one prompt: which beams go on, and whether nothing better can come. */
function advance(
  search: Search,
  { scores, candidates }: Scored,
  place: { readonly step: number; readonly promptLength: number; readonly nodes: BeamNode[] },
  context: SearchContext,
): { parents: readonly number[]; isDone: boolean } {
  const { settings, stop, seed } = context;
  const { num_beams: width } = settings;
  const { step, promptLength, nodes } = place;
  const count = continuations(settings);
  const random = new Random({ seed, step, site: `generate.${search.prompt}` });
  const choices = settings.do_sample
    ? drawnOf(search.beams, scores, count, random)
    : bestOf(search.beams, scores, count, candidates);
  if (choices.length < width || !((choices[0] as Continuation).sum > Number.NEGATIVE_INFINITY)) {
    throw new GenerationError(
      `generate: expected at least ${width} tokens that may be written, got ${choices.length} (step ${step + 1}, prompt ${search.prompt + 1}); the settings ban too many`,
    );
  }
  const texts = choices.map(({ beam, id }) => [...(search.beams[beam] as Beam).ids, id]);
  const finishes = texts.map((ids) => stop(ids));
  const running = choices.map(({ sum }, i) => float(sum + (finishes[i] ? NEVER : 0)));
  const open = largest(running, width);
  const length = step + 1;
  const divisor = float(length ** settings.length_penalty);
  const scored = choices.map(({ sum }, i) => float(float(sum / divisor) + (finishes[i] && i < width ? 0 : NEVER)));
  const first = nodes.length;
  for (const [i, { beam, id, sum }] of choices.entries()) {
    const hasEnded = finishes[i] !== undefined && i < width;
    nodes.push({
      prompt: search.prompt,
      step,
      parent: (search.beams[beam] as Beam).node,
      id,
      sum,
      fate: hasEnded ? 'ended' : open.includes(i) && !finishes[i] ? 'open' : 'left',
      ...(hasEnded ? { score: scored[i] as number } : {}),
    });
  }
  const ended = texts.map(
    (ids, i): Finished => ({
      ids,
      score: scored[i] as number,
      finish: i < width ? finishes[i] : undefined,
      node: first + i,
    }),
  );
  const merged = [...search.finished, ...ended];
  search.finished = largest(
    merged.map(({ score }) => score),
    width,
  ).map((i) => merged[i] as Finished);
  search.beams = open.map((i) => ({ ids: texts[i] as number[], sum: running[i] as number, node: first + i }));
  const parents = open.map((i) => (choices[i] as Continuation).beam);
  return { parents, isDone: finishes.every((finish) => finish) || isSettled(search, length, promptLength, context) };
}

/** Whether no open beam can beat a finished text, by the rule that `early_stopping` names. */
function isSettled(
  { beams, finished }: Search,
  length: number,
  promptLength: number,
  { settings }: SearchContext,
): boolean {
  const { early_stopping, length_penalty, max_length } = settings;
  if (!finished.every(({ finish }) => finish)) return false;
  if (early_stopping === true) return true;
  const hoped = early_stopping === 'never' && length_penalty > 0 ? max_length - promptLength : length;
  const best = float((beams[0] as Beam).sum / float(hoped ** length_penalty));
  return !(best > Math.min(...finished.map(({ score }) => score)));
}
