// One token after the other: the likeliest (greedy) or one drawn at random. What both searches are given, and what they give.
import { Random } from '../../array/index.ts';
import type { Rows } from './engine.ts';
import type { Observer } from './explain.ts';
import { GenerationError } from './generation-error.ts';
import type { NamedProcessor, RowContext } from './processors.ts';
import { argMax, logSumExp, nanAt, type Scores } from './scores.ts';
import type { ResolvedSettings } from './settings.ts';
import type { StepResult } from './step-result.ts';
import type { Finish, StopRule } from './stop.ts';

/** A row before the first step. */
export interface PromptRow {
  /** Padding included. */
  readonly ids: readonly number[];
  readonly padding: number;
  /** What the encoder reads, else the prompt. */
  readonly source: readonly number[];
}

/** Tokens of one step, told while generation goes on. */
export interface StepEvent {
  /** Counted from 0. */
  readonly step: number;
  /** The rows that were still going on, with their new tokens. */
  readonly tokens: readonly { readonly row: number; readonly id: number; readonly finish?: Finish | undefined }[];
  /** Attentions and hidden states, where they were asked for; their first axis follows `tokens`, of beams every beam. */
  readonly states: StepResult['states'];
}

/** What a search works with. */
export interface SearchContext {
  readonly rows: Rows;
  readonly prompts: readonly PromptRow[];
  readonly settings: ResolvedSettings;
  readonly processors: readonly NamedProcessor[];
  readonly stop: StopRule;
  readonly seed: number;
  /** Throws when the caller has had enough; lets the event loop breathe. */
  readonly checkpoint: () => Promise<void>;
  readonly onStep: ((event: StepEvent) => void) | undefined;
  readonly observer: Observer | undefined;
  /** Adds up log-probabilities of what is written. */
  readonly scored: boolean;
}

/** One row as it ended. */
export interface FoundRow {
  readonly ids: readonly number[];
  readonly finish: Finish;
  /** Log-probability of the new tokens over their number to the power of `length_penalty`; NaN where it was not asked for. */
  readonly score: number;
}

/** Stops at scores that are no numbers; `known` names those there are where there are not all. @throws GenerationError with the step */
export function checkScores(
  scores: Scores,
  { settings }: SearchContext,
  { step, row }: { readonly step: number; readonly row: number },
  known?: readonly number[],
): void {
  if (settings.remove_invalid_values) return;
  const at = known ? known.find((id) => Number.isNaN(scores[id])) : nanAt(scores);
  if (at === undefined || at < 0) return;
  throw new GenerationError(
    `generate: expected scores that are numbers, got NaN for token ${at} (step ${step + 1}, row ${row + 1}); check the weights, or set remove_invalid_values`,
  );
}

/** Runs the processors over one row's scores, watched if someone watches. */
export function processScores(
  scores: Scores,
  row: RowContext,
  { processors, observer }: SearchContext,
  place: { step: number; row: number },
): void {
  observer?.begin(place, scores);
  for (const { name, process } of processors) {
    process(scores, row);
    observer?.after(name, scores);
  }
}

/** A token drawn from the distribution of `scores`: the same for the same seed, step and row. @throws GenerationError when all are banned */
export function draw(
  scores: Scores,
  key: { readonly seed: number; readonly step: number; readonly row: number },
): number {
  const random = new Random({ seed: key.seed, step: key.step, site: `generate.${key.row}` });
  const total = logSumExp(scores);
  // 48 bits: rare tokens of large vocabularies have their chance
  let left = random.uniform() + random.uniform() / 2 ** 24;
  let lastPossible = -1;
  for (let id = 0; id < scores.length; id++) {
    const probability = Math.exp((scores[id] as number) - total);
    if (!(probability > 0)) continue;
    lastPossible = id;
    left -= probability;
    if (left < 0) break;
  }
  return lastPossible;
}

interface Going extends PromptRow {
  readonly row: number;
  readonly ids: number[];
  score: number;
}

/** Writes every row to its end; rows that have ended leave the batch. Rows of one prompt begin as one. */
export async function oneByOne(context: SearchContext): Promise<FoundRow[]> {
  const { rows, prompts, settings, stop } = context;
  const { num_return_sequences: copies, length_penalty } = settings;
  const found: FoundRow[] = [];
  let going = prompts.flatMap((prompt, p) =>
    Array.from(
      { length: copies },
      (_, c): Going => ({ ...prompt, row: p * copies + c, ids: [...prompt.ids], score: 0 }),
    ),
  );
  const promptLength = prompts[0]?.ids.length ?? 0;
  let next: readonly (readonly number[])[] = prompts.map(({ ids }) => ids);
  for (let step = 0; going.length > 0; step++) {
    await context.checkpoint();
    const { scores, states } = await rows.step(next);
    const shared = step === 0 ? copies : 1;
    const finishes = going.map((one, at) => {
      const own = scores[Math.floor(at / shared)] as Scores;
      one.ids.push(choose(shared > 1 ? own.slice() : own, one, promptLength, step, context));
      return stop(one.ids);
    });
    context.onStep?.({
      step,
      states,
      tokens: going.map((one, at) => ({ row: one.row, id: one.ids.at(-1) as number, finish: finishes[at] })),
    });
    for (const [at, { row, ids, score }] of going.entries()) {
      const finish = finishes[at];
      if (finish) found[row] = { ids, finish, score: score / (step + 1) ** length_penalty };
    }
    const kept = going.map((_, at) => at).filter((at) => finishes[at] === undefined);
    if (kept.length > 0 && (shared > 1 || kept.length < going.length)) {
      rows.select(kept.map((at) => Math.floor(at / shared)));
    }
    going = kept.map((at) => going[at] as Going);
    next = going.map(({ ids }) => ids.slice(-1));
  }
  return found;
}

function choose(scores: Scores, going: Going, promptLength: number, step: number, context: SearchContext): number {
  const { settings, seed, observer } = context;
  const { row, ids, padding, source } = going;
  checkScores(scores, context, { step, row });
  const raw = context.scored ? scores.slice() : undefined;
  processScores(scores, { ids, padding, promptLength, source }, context, { step, row });
  const id = settings.do_sample ? draw(scores, { seed, step, row }) : argMax(scores);
  if (id < 0 || scores[id] === Number.NEGATIVE_INFINITY) {
    throw new GenerationError(
      `generate: expected a token that may be written, got none (step ${step + 1}, row ${row + 1}); the settings ban every token`,
    );
  }
  if (raw) going.score += (raw[id] as number) - logSumExp(raw);
  observer?.chosen(id);
  return id;
}
