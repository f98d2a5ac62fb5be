// Everything that is said of one input: what the page draws and what `--json` prints. Every number comes from runs of the model.
import { type NdArray, toNumbers } from '../../array/index.ts';
import type { Direction } from './curves.ts';
import type { Score } from './judgement.ts';
import type { TokenPlaces } from './places.ts';

/** The original as a page can show it. Addresses are data URLs: the page stays one file. */
export type Scene =
  /** One picture, or a clip's frames with their seconds; sizes in pixels of the places. */
  | {
      readonly kind: 'pictures';
      readonly frames: readonly string[];
      readonly times: readonly number[];
      readonly width: number;
      readonly height: number;
    }
  /** A spectrogram of `width` frames and `height` mel bins, low frequencies at the bottom; `edges` hertz of the bins, `height + 1`. */
  | {
      readonly kind: 'spectrogram';
      readonly href: string;
      readonly width: number;
      readonly height: number;
      readonly seconds: number;
      readonly edges: readonly number[];
    }
  /** Letters of a text or bases of DNA. */
  | { readonly kind: 'letters'; readonly text: string };

/** What one method says, and how it fares. */
export interface ExplainedMap {
  /** One number a token. */
  readonly relevance: readonly number[];
  readonly isSigned: boolean;
  readonly isOfClass: boolean;
  /** The class's probability while tokens are taken away or added in this order; only where it was judged. */
  readonly curves?: Readonly<Record<Direction, readonly number[]>>;
  readonly scores?: Readonly<Record<Direction, Score>>;
}

/** How alike maps stay while weights are thrown away, module by module from the head. */
export interface RandomisedStage {
  readonly module: string;
  readonly rank: Readonly<Record<string, number>>;
  readonly structure?: Readonly<Record<string, number>>;
}

/** An answer that is no probability. */
export interface AnsweredValue {
  readonly label: string;
  readonly value: number;
}

/** One input explained. */
export interface Explanation {
  readonly model: string;
  readonly modality: 'image' | 'video' | 'audio' | 'dna' | 'text';
  readonly source: string;
  /** Names of the classes; none where the model gives no probabilities. */
  readonly labels: readonly string[];
  /** One per label: with sum 1, or where several may be true each for itself. */
  readonly probabilities: readonly number[];
  /** Only where the model gives no probabilities: a regression's values, or what is asked of a model without classes. Nothing is judged then. */
  readonly values?: readonly AnsweredValue[];
  /** The class that was asked about, or the value. */
  readonly label: string;
  /** A word for each token. */
  readonly tokens: readonly string[];
  readonly places: TokenPlaces;
  /** What the classifier reads of each token, sum 1. */
  readonly readout: readonly number[];
  /** `[H, T, T]` a layer. */
  readonly attentions: readonly NdArray<'float32'>[];
  /** How far each head looks, `[layer][head]`, in the units of the places. */
  readonly distance: readonly (readonly number[])[];
  readonly maps: Readonly<Record<string, ExplainedMap>>;
  /** Shares of tokens at the points of all curves; only where judged. */
  readonly shares?: readonly number[];
  /** Curves of the centre prior, and the middle 95 % and mean of random orders. */
  readonly baselines?: {
    readonly orders: number;
    readonly center: Readonly<Record<Direction, readonly number[]>>;
    readonly random: Readonly<
      Record<
        Direction,
        { readonly low: readonly number[]; readonly mean: readonly number[]; readonly high: readonly number[] }
      >
    >;
    readonly scores: Readonly<Record<Direction, Score>>;
  };
  /** How far integrated gradients are from adding up, as a share of the score's rise. */
  readonly completenessError?: number;
  readonly randomised?: readonly RandomisedStage[];
}

/** Six digits: what float32 holds. */
const short = (value: number): number => Number(value.toPrecision(6));

/** The explanation as plain JSON: patterns as `[layer][head][from][to]`, places null for special tokens. */
export function explanationJson(explanation: Explanation): Record<string, unknown> {
  return {
    ...explanation,
    places: explanation.places.map((place) => place ?? null),
    attentions: explanation.attentions.map((pattern) => nested(pattern)),
  };
}

/** `[H, T, S]` as lists of lists. */
function nested(pattern: NdArray): number[][][] {
  const [heads = 0, rows = 0, columns = 0] = pattern.shape;
  const all = toNumbers(pattern);
  return Array.from({ length: heads }, (_, h) =>
    Array.from({ length: rows }, (_, t) =>
      all.slice((h * rows + t) * columns, (h * rows + t + 1) * columns).map(short),
    ),
  );
}
