// Learning-rate schedules: the share of the peak at a step, counted from 1. Shapes follow transformers' `get_*_schedule`.

/** A share in [0, 1] of the peak learning rate. */
export type Schedule = (step: number) => number;

/** What schedules need to know. */
export interface ScheduleOptions {
  readonly steps: number;
  /** Steps of linear rise from 0. */
  readonly warmup: number;
  /** Share at the end, for `cosine`. */
  readonly finalShare?: number;
}

const progress = (step: number, { steps, warmup }: ScheduleOptions): number =>
  Math.min(1, Math.max(0, (step - warmup) / Math.max(1, steps - warmup)));

/** Makers of schedules by name. */
export const schedules = {
  constant: (options: ScheduleOptions): Schedule => warmed(options, () => 1),
  linear: (options: ScheduleOptions): Schedule => warmed(options, (step) => 1 - progress(step, options)),
  cosine: (options: ScheduleOptions): Schedule => {
    const { finalShare = 0 } = options;
    return warmed(
      options,
      (step) => finalShare + (1 - finalShare) * 0.5 * (1 + Math.cos(Math.PI * progress(step, options))),
    );
  },
  /** `sqrt(warmup / step)` after the warm-up (Vaswani et al. 2017). */
  inverseSquareRoot: (options: ScheduleOptions): Schedule =>
    warmed(options, (step) => Math.sqrt(Math.max(1, options.warmup) / Math.max(1, step))),
} as const;

function warmed({ warmup }: ScheduleOptions, after: Schedule): Schedule {
  return (step) => (step < warmup ? step / warmup : after(step));
}
