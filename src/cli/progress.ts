// The progress of training for people: one line rewritten on a terminal, one line per interval elsewhere.
import type { FitSink } from '../train/index.ts';
import type { Io } from './command.ts';

type Progress = FitSink['progress'];

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Writes progress of `steps` steps to `io`: smoothed loss, metric, tokens/s, time left, memory. */
export function progressLine(io: Io, steps: number, from: number, every: number): Progress {
  const start = performance.now();
  let smoothed: number | undefined;
  let units = 0;
  let metric = '';
  return (progress) => {
    smoothed = smoothed === undefined ? progress.loss : 0.95 * smoothed + 0.05 * progress.loss;
    units += progress.units;
    if (progress.metrics)
      metric = Object.entries(progress.metrics)
        .map(([name, value]) => `${name} ${value.toFixed(4)}`)
        .join('  ');
    const seconds = (performance.now() - start) / 1000;
    const left = (seconds / (progress.step - from)) * (steps - progress.step);
    const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
    const line = `step ${progress.step}/${steps}  loss ${smoothed.toFixed(4)}  ${metric}  ${Math.round(units / seconds)} tokens/s  ${duration(left)} left  ${memory} MiB`;
    if (io.isTerminal) io.note(`\r\x1b[K${line}${progress.step === steps ? '\n' : ''}`);
    else if (progress.step % every === 0 || progress.step === steps) io.note(`${line}\n`);
  };
}
