// The plainest methods: where one head, or the heads of one layer on average, look from what the classifier reads.
import type { Capture, Relevance } from './capture.ts';
import { headOf, joinHeads, meanOf, mixRows } from './square.ts';

/** A layer, counted from 0; −1 is the last one. @throws RangeError when there is none */
export function layerOf<T>(layers: readonly T[], layer: number): T {
  const found = layers.at(layer);
  if (found === undefined || !Number.isSafeInteger(layer))
    throw new RangeError(`explain: expected a layer from 0 to ${layers.length - 1}, got ${layer}`);
  return found;
}

/** The pattern of one head, read from the readout. */
export function headAttention(capture: Capture, { layer, head }: { layer: number; head: number }): Relevance {
  return mixRows(capture.readout, headOf(layerOf(capture.attentions, layer), head));
}

/** The mean pattern of a layer's heads, read from the readout. */
export function layerAttention(capture: Capture, { layer }: { layer: number }): Relevance {
  return mixRows(capture.readout, joinHeads(layerOf(capture.attentions, layer), meanOf));
}
