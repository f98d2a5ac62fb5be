// A tokenizer on several threads. Texts go out in one piece of shared memory, tokens come back in others; nothing is copied on the way.
// What stands around the tokens (windows, special tokens, padding) is put there by the caller's thread, with the code of the single path.
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../threads/index.node.ts';
import { type EncodeInput, type EncodeOptions, type Encoding, type Tokenizer, TokenizerError } from '../tokenizer.ts';
import { type EncodeInputs, encodeIdsStream, refusePaddingToLongest } from './encode-stream.ts';
import type { FailedPart, SharedBatch, SharedPart } from './encode-thread.node.ts';
import { STRIDE } from './model/token-sink.ts';
import type { TokenRun } from './strand.ts';
import { TextTokenizer } from './text-tokenizer.ts';

/** UTF-16 units that a thread takes at once. */
const PART_UNITS = 1 << 15;
/** UTF-16 units of a stream that are under way together. */
const STREAM_UNITS = 1 << 20;

/** Several threads that encode for one program. */
export interface TokenizerThreads {
  /** As {@link Tokenizer.encodeBatch}, with the same result. */
  encodeBatch(texts: readonly EncodeInput[], options?: EncodeOptions): Promise<Encoding[]>;
  /** Ids of many texts, as {@link Tokenizer.encodeIds} gives them. */
  encodeIdsBatch(texts: readonly EncodeInput[], options?: EncodeOptions): Promise<number[][]>;
  /** Ids of texts that come one by one, in order and in constant memory. @throws TokenizerError for padding to the longest */
  encodeIdsStream(texts: EncodeInputs, options?: EncodeOptions): AsyncGenerator<number[]>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** The one or two texts of an input. */
function textsOf(input: EncodeInput, { pair }: EncodeOptions): readonly string[] {
  return typeof input !== 'string' ? input : pair === undefined ? [input] : [input, pair];
}

/** Texts side by side in shared memory, cut into parts for the threads. */
function shared(inputs: readonly (readonly string[])[], options: EncodeOptions, batch: number): SharedBatch {
  const [ends, firsts, parts]: [number[], number[], number[]] = [[], [0], [0]];
  let [units, begun] = [0, 0];
  for (const [i, texts] of inputs.entries()) {
    for (const text of texts) ends.push((units += text.length));
    firsts.push(ends.length);
    if (units - begun < PART_UNITS && i + 1 < inputs.length) continue;
    parts.push(i + 1);
    begun = units;
  }
  const text = new SharedArrayBuffer(units * 2);
  const bytes = Buffer.from(text);
  let at = 0;
  for (const texts of inputs) for (const one of texts) at += bytes.write(one, at, 'utf16le');
  const next = new Int32Array(new SharedArrayBuffer(4));
  const numbers = { ends: Int32Array.from(ends), firsts: Int32Array.from(firsts), parts: Int32Array.from(parts) };
  return { batch, text, ...numbers, next, options };
}

interface Waiting {
  readonly work: SharedBatch;
  readonly parts: SharedPart[];
  readonly failures: FailedPart[];
  readonly resolve: (parts: SharedPart[]) => void;
  readonly reject: (error: Error) => void;
}

class Threads implements TokenizerThreads {
  readonly #tokenizer: TextTokenizer;
  readonly #workers: readonly Worker[];
  readonly #waiting = new Map<number, Waiting>();
  #batches = 0;
  #failure: Error | undefined;

  constructor(tokenizer: TextTokenizer, count: number) {
    this.#tokenizer = tokenizer;
    this.#workers = Array.from({ length: count }, () => {
      const worker = startWorker(import.meta.url, './encode-thread.node', {
        workerData: { json: tokenizer.toJSON() },
      });
      worker.on('message', (part: SharedPart | FailedPart) => this.#take(part));
      worker.on('error', (error) => this.#fail(error));
      worker.on('exit', (code) => this.#fail(new Error(`a thread ended with code ${code}`)));
      worker.unref();
      return worker;
    });
  }

  async encodeBatch(texts: readonly EncodeInput[], options: EncodeOptions = {}): Promise<Encoding[]> {
    return this.#tokenizer.encodings(await this.#runs(texts, options), options);
  }

  async encodeIdsBatch(texts: readonly EncodeInput[], options: EncodeOptions = {}): Promise<number[][]> {
    return (await this.#runs(texts, options)).map((runs) => this.#tokenizer.idsOf(runs, options));
  }

  async *encodeIdsStream(texts: EncodeInputs, options: EncodeOptions = {}): AsyncGenerator<number[]> {
    refusePaddingToLongest(this.#tokenizer, options);
    let [batch, units]: [EncodeInput[], number] = [[], 0];
    // One batch is encoded while the next is gathered and the one before it is used.
    let ahead: Promise<number[][]> | undefined;
    for await (const one of texts) {
      batch.push(one);
      units += typeof one === 'string' ? one.length : one[0].length + one[1].length;
      if (units < STREAM_UNITS) continue;
      const done = ahead;
      ahead = this.encodeIdsBatch(batch, options);
      ahead.catch(() => undefined); // told to whoever waits for it
      [batch, units] = [[], 0];
      if (done) yield* await done;
    }
    if (ahead) yield* await ahead;
    if (batch.length > 0) yield* await this.encodeIdsBatch(batch, options);
  }

  async close(): Promise<void> {
    this.#failure ??= new TokenizerError('TokenizerThreads: expected open threads, got closed ones');
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** The tokens of every text, in order. */
  async #runs(texts: readonly EncodeInput[], options: EncodeOptions): Promise<TokenRun[][]> {
    if (texts.length === 0) return [];
    const inputs = texts.map((one) => textsOf(one, options));
    const work = shared(inputs, options, this.#batches++);
    const strings = inputs.flat();
    const runs: TokenRun[] = [];
    for (const { data, counts, readings } of await this.#ask(work)) {
      let at = 0;
      for (const [i, count] of counts.entries()) {
        const numbers = data.subarray(at, (at += count * STRIDE));
        runs.push(this.#tokenizer.runFrom(strings[runs.length] as string, numbers, readings.get(i)));
      }
    }
    return inputs.map((_, i) => runs.slice(work.firsts[i], work.firsts[i + 1]));
  }

  #ask(work: SharedBatch): Promise<SharedPart[]> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.set(work.batch, { work, parts: [], failures: [], resolve, reject });
      for (const worker of this.#workers) {
        worker.ref();
        worker.postMessage(work);
      }
    });
  }

  #take(part: SharedPart | FailedPart): void {
    const waiting = this.#waiting.get(part.batch);
    if (!waiting) return;
    if ('message' in part) waiting.failures.push(part);
    else waiting.parts.push(part);
    if (waiting.parts.length + waiting.failures.length < waiting.work.parts.length - 1) return;
    this.#waiting.delete(part.batch);
    if (this.#waiting.size === 0) for (const worker of this.#workers) worker.unref();
    // The error of the first text, whoever met it first.
    const [failure] = waiting.failures.sort((a, b) => a.part - b.part);
    if (failure) waiting.reject(new TokenizerError(failure.message));
    else waiting.resolve(waiting.parts.sort((a, b) => a.part - b.part));
  }

  #fail(cause: Error): void {
    this.#failure ??= new TokenizerError(`TokenizerThreads: ${cause.message}`, { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/**
 * Starts threads that encode with a tokenizer. Worth it for megabytes of text: every thread builds the tokenizer for itself first.
 * @param options.threads how many, 1 or more. Default: as many as the machine runs at once.
 */
export function tokenizerThreads(tokenizer: Tokenizer, options: { readonly threads?: number } = {}): TokenizerThreads {
  const { threads = availableParallelism() } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new TokenizerError(`tokenizerThreads: expected a number of threads >= 1, got ${threads}`);
  const own = tokenizer instanceof TextTokenizer ? tokenizer : new TextTokenizer(tokenizer.toJSON(), tokenizer.config);
  return new Threads(own, threads);
}

/** UTF-16 units that one thread encodes faster than others are started. */
const ALONE_UNITS = 1 << 21;

/**
 * Ids of texts that come one by one, in order and in constant memory: on this thread at first, on `threads` of them once there is
 * enough text to pay for starting them. @throws TokenizerError for padding to the longest
 */
export async function* idsInThreads(
  tokenizer: Tokenizer,
  texts: EncodeInputs,
  { threads, ...options }: EncodeOptions & { readonly threads: number },
): AsyncGenerator<number[]> {
  if (threads < 2) {
    yield* encodeIdsStream(tokenizer, texts, options);
    return;
  }
  const source = Symbol.asyncIterator in texts ? texts[Symbol.asyncIterator]() : texts[Symbol.iterator]();
  let units = 0;
  let isOver = false;
  const rest = (most: number): AsyncIterable<EncodeInput> => ({
    async *[Symbol.asyncIterator]() {
      while (units < most) {
        const { done, value } = await source.next();
        if (done) {
          isOver = true;
          return;
        }
        units += typeof value === 'string' ? value.length : value[0].length + value[1].length;
        yield value;
      }
    },
  });
  yield* encodeIdsStream(tokenizer, rest(ALONE_UNITS), options);
  if (isOver) return;
  const pool = tokenizerThreads(tokenizer, { threads });
  try {
    yield* pool.encodeIdsStream(rest(Number.POSITIVE_INFINITY), options);
  } finally {
    await pool.close();
  }
}
