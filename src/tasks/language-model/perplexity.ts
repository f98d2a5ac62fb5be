// Perplexity of a text that is longer than the model: windows that overlap, each token scored once with as much context as the
// window gives it ("Perplexity of fixed-length models", Transformers' documentation), and bits per byte.
import type { NamedArrays } from '../../array/index.ts';
import { bitsPerByte, perplexity } from '../../data/index.ts';
import type { Encoding } from '../../tokens/index.ts';
import type { EvaluationProgress } from '../../train/index.ts';
import { matrix } from '../corpus-job.ts';
import type { ModelRunner } from '../runner.ts';

const IGNORED = -100;
/** Windows go through the model so many at a time. */
const BATCH = 40;

/** One window of a text and its labels: −100 where a token has been scored before. */
export interface ScoredWindow {
  readonly ids: readonly number[];
  readonly labels: readonly number[];
}

/**
 * Windows of at most `length` ids, `stride` apart; every id but the first of all is scored exactly once.
 * @throws RangeError for a stride outside [1, length − 1]
 */
export function stridedWindows(ids: readonly number[], length: number, stride: number): ScoredWindow[] {
  if (!(Number.isSafeInteger(stride) && stride >= 1 && stride < length))
    throw new RangeError(`perplexity: expected a stride from 1 to ${length - 1}, got ${stride}`);
  const windows: ScoredWindow[] = [];
  let scored = 1;
  for (let begin = 0; scored < ids.length; begin += stride) {
    const end = Math.min(begin + length, ids.length);
    const row = ids.slice(begin, end);
    windows.push({ ids: row, labels: row.map((id, i) => (begin + i < scored ? IGNORED : id)) });
    scored = end;
  }
  return windows;
}

/** What a text costs a model. */
export interface TextScore {
  readonly stride: number;
  /** Tokens that were scored: all but the first. */
  readonly tokens: number;
  /** Nats per token. */
  readonly loss: number;
  readonly perplexity: number;
  /** Bits per byte of UTF-8: comparable between tokenizers. */
  readonly bits_per_byte: number;
}

/** How a text is scored. */
export interface ScoreOptions {
  /** The longest window, in tokens. */
  readonly length: number;
  /** From window to window, in tokens. Default: half a window. */
  readonly stride?: number;
  readonly tell?: EvaluationProgress;
}

/** Scores an encoded text with a runner that reads `input_ids` and `labels` and gives the mean `loss` of a shifting model. */
export async function scoreText(
  runner: ModelRunner,
  parameters: NamedArrays,
  text: string,
  { ids, offsets }: Pick<Encoding, 'ids' | 'offsets'>,
  { length, stride = Math.max(1, Math.floor(length / 2)), tell }: ScoreOptions,
): Promise<TextScore> {
  const windows = stridedWindows(ids, length, stride);
  let [nats, tokens] = [0, 0];
  for (const some of batches(windows)) {
    const counted = some.reduce((sum, { labels }) => sum + labels.slice(1).filter((id) => id !== IGNORED).length, 0);
    const rows = some.map((window) => window.labels);
    const input_ids = matrix(some.map((window) => window.ids));
    const { loss } = await runner.run(parameters, { input_ids, labels: matrix(rows) });
    nats += (loss?.data[0] as number) * counted;
    tokens += counted;
    tell?.(tokens, ids.length - 1);
  }
  const scored = text.slice(offsets[1]?.[0] ?? 0);
  const bits = bitsPerByte(nats, scored);
  return { stride, tokens, loss: nats / tokens, perplexity: perplexity(nats, tokens), bits_per_byte: bits };
}

/** Windows of one length together; only the last may be shorter. */
function* batches(windows: readonly ScoredWindow[]): Generator<readonly ScoredWindow[]> {
  for (let at = 0; at < windows.length; ) {
    const width = (windows[at] as ScoredWindow).ids.length;
    let end = at + 1;
    while (end < windows.length && end - at < BATCH && (windows[end] as ScoredWindow).ids.length === width) end++;
    yield windows.slice(at, end);
    at = end;
  }
}
