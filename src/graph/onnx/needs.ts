// Sizes that must not be too small when a written model runs. ONNX Runtime ends the process, hangs, or gives what lay in memory for some
// arrays that hold nothing (onnx/nothing.ts); a written model says in its metadata which, and sessions look before they run it.
import { type Dim, symbolsOf } from '../dim.ts';
import type { Message } from './emitter.ts';

/** A size that must be at least so much. */
export interface Need {
  readonly size: Dim;
  readonly least: number;
  /** Where this is 0 the need does not count: nothing is asked for. */
  readonly unless?: Dim;
  /** Who needs it: operation and module path. */
  readonly operation: string;
  readonly path: string;
}

/** The axis of an input that gives a symbol its size. */
export interface SizeSource {
  readonly input: string;
  readonly axis: number;
}

/** What the metadata holds. */
export interface Needs {
  readonly needs: readonly Need[];
  readonly sources: Readonly<Record<string, SizeSource>>;
}

/** The metadata's key. */
export const NEEDS_KEY = 'tesserae.needs';

/** The needs as metadata of a model; nothing where there are none. */
export function needsMetadata(
  needs: readonly Need[],
  sourceOf: (symbol: string) => SizeSource | undefined,
): readonly Message[] {
  const symbolsIn = ({ size, unless = 1 }: Need): string[] => [...symbolsOf(size), ...symbolsOf(unless)];
  const told = needs.filter((need) => symbolsIn(need).every((symbol) => sourceOf(symbol)));
  if (told.length === 0) return [];
  const symbols = [...new Set(told.flatMap(symbolsIn))];
  const sources = Object.fromEntries(symbols.map((symbol) => [symbol, sourceOf(symbol) as SizeSource]));
  return [{ key: NEEDS_KEY, value: JSON.stringify({ needs: told, sources } satisfies Needs) }];
}
