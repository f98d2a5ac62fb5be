// The training loop: steps, evaluation, saving, stopping. It knows neither models nor files: batches come from a plan that is a
// pure function of the step, results go to a sink. So a resumed run repeats exactly what the uninterrupted one does.
import type { NamedArrays } from '../array/index.ts';
import { firstNonFinite } from './finite.ts';
import type { StepResult, TrainStep } from './step.ts';

/** Metrics of one evaluation, by name. */
export type Metrics = Readonly<Record<string, number>>;

/** Called while an evaluation runs: how many of its parts are done. */
export type EvaluationProgress = (done: number, total: number) => void;

/** What to do, as pure functions of the step (counted from 1). */
export interface FitPlan {
  readonly steps: number;
  /** The batches of one step; several are accumulated into one update. Asked for while the step before runs. */
  readonly batchesAt: (step: number) => readonly NamedArrays[] | Promise<readonly NamedArrays[]>;
  /** Which records are in a step's batches, for people. */
  readonly recordsAt?: (step: number) => readonly (number | string)[];
  /** Tokens (or pictures, …) in a batch, for the rate. */
  readonly unitsOf: (batch: NamedArrays) => number;
  readonly evaluateEvery: number;
  readonly saveEvery: number;
  readonly logEvery: number;
  /** Measures weights; tells how far it is. */
  readonly evaluate?: (parameters: NamedArrays, tell: EvaluationProgress) => Promise<Metrics>;
  /** Which metric chooses the best weights, and in which direction. */
  readonly best?: { readonly metric: string; readonly mode: 'max' | 'min' };
  /** Stop after this many evaluations without a better metric. */
  readonly patience?: number;
}

/** What the loop must remember beside weights and moments. */
export interface FitState {
  /** Steps done. */
  readonly step: number;
  readonly best: { readonly step: number; readonly value: number } | null;
  /** Evaluations since the best one. */
  readonly waited: number;
  readonly stopped: boolean;
}

/** A fresh start. */
export const START: FitState = { step: 0, best: null, waited: 0, stopped: false };

/** Where results go. All calls are awaited, in order. */
export interface FitSink {
  /** Training loss and rate, every `logEvery` steps: deterministic numbers only. */
  readonly metrics: (record: Readonly<Record<string, number | string>>) => Promise<void>;
  /** A resumable state. */
  readonly save: (state: FitState) => Promise<void>;
  /** The weights just evaluated are the best so far. */
  readonly keepBest: (state: FitState, metrics: Metrics, weights: NamedArrays) => Promise<void>;
  /** After every step, for people: not part of the run's record. */
  readonly progress: (
    progress: StepResult & {
      readonly step: number;
      readonly units: number;
      /** Milliseconds that the step waited for its batches after the one before had ended. */
      readonly waited: number;
      readonly metrics?: Metrics;
    },
  ) => void;
  /** While weights are measured, for people. */
  readonly evaluating?: (progress: { readonly step: number; readonly done: number; readonly total: number }) => void;
}

/** Training ended with a loss that is no number; the state before is saved. */
export class NonFiniteLossError extends Error {
  override readonly name = 'NonFiniteLossError';
  readonly step: number;
  readonly result: StepResult;
  readonly batches: readonly NamedArrays[];
  readonly records: readonly (number | string)[];

  constructor(step: number, result: StepResult, batch: BatchInfo, where = '') {
    const { batches, records } = batch;
    const details = [`step ${step}`, ...(records.length > 0 ? [`records ${listed(records)}`] : [])].join('; ');
    super(
      `fit: expected a finite loss and gradient, got loss ${result.loss} and gradient norm ${result.gradientNorm} (${details})${where ? `; ${where}` : ''}\n` +
        'The weights before this step are saved. Lower the learning rate, clip gradients, or look at the batch.',
    );
    this.result = result;
    this.step = step;
    this.batches = batches;
    this.records = records;
  }
}

/** An update made weights that are no numbers; they are not saved, older states are as they were. */
export class NonFiniteWeightsError extends Error {
  override readonly name = 'NonFiniteWeightsError';
  /** Steps done. */
  readonly step: number;
  /** The first parameter that is not finite. */
  readonly parameter: string;

  constructor(step: number, parameter: string) {
    super(
      `fit: expected finite weights after step ${step}, got NaN or an infinity in '${parameter}'\n` +
        'They are not saved; states of earlier steps are as they were. Lower the learning rate, or warm up for longer.',
    );
    this.step = step;
    this.parameter = parameter;
  }
}

/** What a step was computed from. */
export interface BatchInfo {
  readonly batches: readonly NamedArrays[];
  readonly records: readonly (number | string)[];
}

/** At most so many records are named in a message; the error has them all. */
const LISTED = 64;

function listed(records: readonly (number | string)[]): string {
  const more = records.length > LISTED ? ` and ${records.length - LISTED} more` : '';
  return `${records.slice(0, LISTED).join(', ')}${more}`;
}

/** Says whether to stop after the step that is under way: an `AbortSignal`, or something a thread can read. */
export interface StopSignal extends Partial<Pick<AbortSignal, 'addEventListener' | 'removeEventListener'>> {
  readonly aborted: boolean;
}

/**
 * Runs the plan from `from` on. Returns the last state; `stopped` is true when patience ran out. Aborting finishes the step and saves.
 * @throws NonFiniteLossError, NonFiniteWeightsError
 */
export async function fit(
  step: TrainStep,
  plan: FitPlan,
  sink: FitSink,
  options: { readonly from?: FitState; readonly signal?: StopSignal } = {},
): Promise<FitState> {
  let state = options.from ?? START;
  let coming = state.step < plan.steps ? ahead(plan, state.step + 1) : undefined;
  while (coming && !state.stopped) {
    const at = state.step + 1;
    const asked = performance.now();
    const batches = await coming;
    const waited = performance.now() - asked;
    const running = step.run(batches, at);
    coming = at < plan.steps ? ahead(plan, at + 1) : undefined;
    const result = await running;
    if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradientNorm)) {
      await saveFinite(step, state, sink);
      throw new NonFiniteLossError(at, result, { batches, records: plan.recordsAt?.(at) ?? [] });
    }
    state = { ...state, step: at };
    const isLast = at === plan.steps;
    if (at % plan.logEvery === 0 || isLast) await sink.metrics({ step: at, ...round(result) });
    const evaluates = plan.evaluate && (at % plan.evaluateEvery === 0 || isLast);
    if (evaluates) await step.settle();
    const weights = evaluates ? step.publish() : undefined;
    if (weights) requireFinite(step, state);
    const tell: EvaluationProgress = (done, total) => sink.evaluating?.({ step: at, done, total });
    const metrics = weights && (await plan.evaluate?.(weights, tell));
    if (metrics) state = await judge(state, { metrics, weights }, plan, sink);
    const units = batches.reduce((sum, batch) => sum + plan.unitsOf(batch), 0);
    sink.progress({ ...result, step: at, units, waited, ...(metrics ? { metrics } : {}) });
    const interrupted = options.signal?.aborted ?? false;
    if (at % plan.saveEvery === 0 || isLast || state.stopped || interrupted) await saveFinite(step, state, sink);
    if (interrupted) break;
  }
  return state;
}

/** @throws NonFiniteWeightsError; asked only before weights are measured or written, not at every step */
function requireFinite(step: TrainStep, state: FitState): void {
  const parameter = firstNonFinite(step.parameters);
  if (parameter !== undefined) throw new NonFiniteWeightsError(state.step, parameter);
}

async function saveFinite(step: TrainStep, state: FitState, sink: FitSink): Promise<void> {
  await step.settle();
  requireFinite(step, state);
  await sink.save(state);
}

/** The batches of a step, begun at once. What goes wrong with them waits until their turn. */
function ahead(plan: FitPlan, step: number): Promise<readonly NamedArrays[]> {
  // one turn later: a step asked for before has then been handed to its device
  const made = Promise.resolve().then(() => plan.batchesAt(step));
  made.catch(() => undefined);
  return made;
}

function round(result: StepResult): Record<string, number> {
  return { loss: result.loss, gradient_norm: result.gradientNorm, learning_rate: result.learningRate };
}

interface Evaluation {
  readonly metrics: Metrics;
  readonly weights: NamedArrays;
}

async function judge(
  state: FitState,
  { metrics, weights }: Evaluation,
  plan: FitPlan,
  sink: FitSink,
): Promise<FitState> {
  await sink.metrics({
    step: state.step,
    ...Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`eval_${name}`, value])),
  });
  if (!plan.best) return state;
  const value = metrics[plan.best.metric] as number;
  const sign = plan.best.mode === 'max' ? 1 : -1;
  // of what nothing measures (no examples for validation) the last is kept; a NaN is null in a run's file
  if (state.best === null || !Number.isFinite(state.best.value) || sign * (value - state.best.value) > 0) {
    const better = { ...state, best: { step: state.step, value }, waited: 0 };
    await sink.keepBest(better, metrics, weights);
    return better;
  }
  const waited = state.waited + 1;
  return { ...state, waited, stopped: plan.patience !== undefined && waited >= plan.patience };
}
