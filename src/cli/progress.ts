// The progress of training for people: one line rewritten on a terminal, one line per interval elsewhere.
import type { FitSink } from '../train/index.ts';
import type { Io } from './command.ts';

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** What one run does. */
export interface ProgressOf {
  readonly steps: number;
  /** Steps that were done before. */
  readonly from: number;
  readonly logEvery: number;
  /** What is counted by the second. */
  readonly unit: string;
}

/** Draws the progress of one run. */
export type ProgressLine = Required<Pick<FitSink, 'progress' | 'evaluating'>>;

/**
 * Writes progress of `steps` steps to `io`: smoothed loss, metric, tokens or examples a second, time left, memory; on a terminal also how far an
 * evaluation is. Elsewhere one line every `logEvery` steps.
 */
export function progressLine(io: Io, { steps, from, logEvery, unit }: ProgressOf): ProgressLine {
  const start = performance.now();
  let smoothed: number | undefined;
  let units = 0;
  let metric = '';
  let line = '';
  const redraw = (text: string): void => io.note(`\r\x1b[K${text}`);
  return {
    progress: (progress) => {
      smoothed = smoothed === undefined ? progress.loss : 0.95 * smoothed + 0.05 * progress.loss;
      units += progress.units;
      if (progress.metrics)
        metric = Object.entries(progress.metrics)
          .map(([name, value]) => `${name} ${value.toFixed(4)}  `)
          .join('');
      const seconds = (performance.now() - start) / 1000;
      const left = (seconds / (progress.step - from)) * (steps - progress.step);
      const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
      line = `step ${progress.step}/${steps}  loss ${smoothed.toFixed(4)}  ${metric}${Math.round(units / seconds)} ${unit}/s  ${duration(left)} left  ${memory} MiB`;
      if (io.isTerminal) redraw(progress.step === steps ? `${line}\n` : line);
      else if (progress.step % logEvery === 0 || progress.step === steps) io.note(`${line}\n`);
    },
    evaluating: ({ done, total }) => {
      if (io.isTerminal) redraw(`${line}  evaluating ${done}/${total}`);
    },
  };
}
