// Training as a generator: it yields progress, so that whoever drives it can draw, give way to events, or stop.

/** What training is at. */
export interface TrainingProgress {
  readonly phase: 'read' | 'merge runs' | 'alphabet' | 'pairs' | 'merges' | 'seeds' | 'expectation' | 'pruning';
  readonly done: number;
  /** Where `done` will end; undefined when it is not known. */
  readonly total: number | undefined;
}

/** A training under way. */
export type Training<Result> = Generator<TrainingProgress, Result, void>;

/** Runs a training to its end. */
export function finish<Result>(training: Training<Result>, watch?: (progress: TrainingProgress) => void): Result {
  for (;;) {
    const step = training.next();
    if (step.done) return step.value;
    watch?.(step.value);
  }
}

/** How often the event loop gets its turn, in milliseconds. */
const TURN = 50;

/** Runs a training to its end, letting other events in between. @throws the signal's reason when it is aborted */
export async function finishAsync<Result>(
  training: Training<Result>,
  options: { readonly watch?: (progress: TrainingProgress) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<Result> {
  let last = performance.now();
  for (;;) {
    const step = training.next();
    if (step.done) return step.value;
    options.watch?.(step.value);
    if (performance.now() - last > TURN) {
      await new Promise((resolve) => setTimeout(resolve));
      options.signal?.throwIfAborted();
      last = performance.now();
    }
  }
}
