// The thread's side of encode-threads.node.ts: takes parts of a batch until none is left, and puts their tokens into shared memory.
import { parentPort, workerData } from 'node:worker_threads';
import type { EncodeOptions, TokenizerJson } from '../tokenizer.ts';
import { STRIDE } from './model/token-sink.ts';
import type { TokenRun } from './strand.ts';
import { TextTokenizer } from './text-tokenizer.ts';

/** A batch: all texts in one piece of shared memory, in UTF-16. */
export interface SharedBatch {
  readonly batch: number;
  readonly text: SharedArrayBuffer;
  /** Where each text ends, in units. */
  readonly ends: Int32Array;
  /** The first text of every input (a text, or a text and its pair), and the number of texts. */
  readonly firsts: Int32Array;
  /** The first input of every part, and the number of inputs. */
  readonly parts: Int32Array;
  /** The next part that nobody has taken: one shared number. */
  readonly next: Int32Array;
  readonly options: EncodeOptions;
}

/** The tokens of one part. */
export interface SharedPart {
  readonly batch: number;
  readonly part: number;
  /** Id, start, end, word of all tokens, in shared memory. */
  readonly data: Int32Array;
  /** How many tokens each text has. */
  readonly counts: Int32Array;
  /** Readings that differ from the id's entry, by text of the part. */
  readonly readings: ReadonlyMap<number, ReadonlyMap<number, string>>;
}

/** A text that cannot be encoded. */
export interface FailedPart {
  readonly batch: number;
  readonly part: number;
  readonly message: string;
}

const { json } = workerData as { json: TokenizerJson };
const tokenizer = new TextTokenizer(json, undefined);

function encodePart({ text, ends, firsts, parts, options, batch }: SharedBatch, part: number): SharedPart {
  const units = Buffer.from(text);
  const textAt = (i: number): string =>
    units.toString('utf16le', i === 0 ? 0 : (ends[i - 1] as number) * 2, (ends[i] as number) * 2);
  const runs: TokenRun[] = [];
  for (let input = parts[part] as number; input < (parts[part + 1] as number); input++) {
    const [first, next] = [firsts[input] as number, firsts[input + 1] as number];
    runs.push(...tokenizer.runsOf(next - first > 1 ? [textAt(first), textAt(first + 1)] : textAt(first), options));
  }
  const total = runs.reduce((sum, run) => sum + run.length, 0);
  const data = new Int32Array(new SharedArrayBuffer(total * STRIDE * 4));
  const readings = new Map<number, ReadonlyMap<number, string>>();
  let at = 0;
  for (const [i, run] of runs.entries()) {
    data.set(run.data, at);
    at += run.data.length;
    if (run.texts) readings.set(i, run.texts);
  }
  return { batch, part, data, counts: Int32Array.from(runs, (run) => run.length), readings };
}

parentPort?.on('message', (work: SharedBatch) => {
  const { batch, next, parts } = work;
  for (;;) {
    const part = Atomics.add(next, 0, 1);
    if (part >= parts.length - 1) return;
    try {
      parentPort?.postMessage(encodePart(work, part));
    } catch (error) {
      parentPort?.postMessage({ batch, part, message: (error as Error).message } satisfies FailedPart);
    }
  }
});
