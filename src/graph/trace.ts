// Tracing: run a function over symbolic tensors once and keep the graph and its named values.
import { type Replacement, type Tensor, type TraceContext, withContext } from './tensor.ts';

/** What a trace gives back: the function's result and every tapped value by full name. */
export interface Traced<T> {
  readonly result: T;
  readonly taps: ReadonlyMap<string, Tensor>;
}

/**
 * Runs `body` and records what it names. `replacements` puts other values in the place of taps, for example
 * `{ 'bert.encoder.layer.0.attention.weights': (w) => multiply(w, gate) }`.
 * @throws RangeError when a replacement names no tap, with the nearest names
 */
export function trace<T>(body: () => T, replacements: Readonly<Record<string, Replacement>> = {}): Traced<T> {
  const context: TraceContext = { path: [], taps: new Map(), replacements };
  const result = withContext(context, body);
  const unused = Object.keys(replacements).filter((name) => !context.taps.has(name));
  if (unused.length > 0) {
    const known = [...context.taps.keys()].slice(0, 12).join(', ');
    throw new RangeError(
      `trace: expected names of taps, got ${unused.join(', ')} (known: ${known}${context.taps.size > 12 ? ', …' : ''})`,
    );
  }
  return { result, taps: context.taps };
}
