// The progress of training a tokenizer: phase, share, rate, time left; one line rewritten on a terminal, one per phase elsewhere.
import type { TrainingProgress } from '../tokens/index.ts';
import type { Io } from './command.ts';

const UNITS: Readonly<Record<TrainingProgress['phase'], string>> = {
  read: 'MB',
  'merge runs': 'words',
  alphabet: 'words',
  pairs: 'words',
  merges: 'tokens',
  seeds: 'words',
  expectation: 'rounds',
  pruning: 'rounds',
};

/** Milliseconds between two drawings. */
const PAUSE = 100;

/** Draws progress; `end` finishes the line. */
export interface TrainingProgressLine {
  readonly show: (progress: TrainingProgress) => void;
  readonly end: () => void;
}

function described(progress: TrainingProgress, from: { readonly done: number; readonly at: number }): string {
  const scale = progress.phase === 'read' ? 1e6 : 1;
  const digits = progress.phase === 'read' || UNITS[progress.phase] === 'rounds' ? 1 : 0;
  const seconds = (performance.now() - from.at) / 1000;
  const rate = seconds > 0.05 ? (progress.done - from.done) / seconds : 0;
  const number = (value: number): string => (value / scale).toFixed(digits);
  const share = progress.total
    ? `/${number(progress.total)} (${((100 * progress.done) / progress.total).toFixed(0)} %)`
    : '';
  const speed = rate > 0 ? `  ${(rate / scale).toFixed(1)} ${UNITS[progress.phase]}/s` : '';
  const left = rate > 0 && progress.total ? `  ${Math.ceil((progress.total - progress.done) / rate)} s left` : '';
  return `${progress.phase}  ${number(progress.done)}${share} ${UNITS[progress.phase]}${speed}${left}`;
}

/** A line of progress on stderr. */
export function trainingProgressLine(io: Io): TrainingProgressLine {
  let phase: string | undefined;
  let from = { done: 0, at: performance.now() };
  let drawn = 0;
  let last = '';
  let newest: TrainingProgress | undefined;
  const finish = (): void => {
    if (last === '') return;
    io.note(io.isTerminal ? `\r\x1b[K${last}\n` : `${last}\n`);
    last = '';
  };
  return {
    show: (progress) => {
      // Rounds of expectation and pruning take turns: one line for both.
      const name = progress.phase === 'pruning' ? 'expectation' : progress.phase;
      if (name !== phase) {
        // the next phase begins when the last one is through, told of or not
        if (newest?.total) last = described({ ...newest, done: newest.total }, from);
        finish();
        phase = name;
        from = { done: progress.done, at: performance.now() };
        drawn = 0;
      }
      newest = progress;
      last = described(progress, from);
      if (!io.isTerminal || performance.now() - drawn < PAUSE) return;
      drawn = performance.now();
      io.note(`\r\x1b[K${last}`);
    },
    end: finish,
  };
}
