// Which parameters decay, learn slower, or stay as they are: rules over names.

/** Rules of one run. */
export interface GroupRules {
  /** Weight decay of the parameters that decay. */
  readonly weightDecay: number;
  /** Names that do not decay. Default: every vector (biases and norms). */
  readonly noDecay?: RegExp;
  /** Names that do not learn. */
  readonly frozen?: RegExp;
  /** Layer-wise decay: factor of the learning rate by name. */
  readonly learningRateScale?: (name: string) => number;
}

/** What the rules say of one parameter. */
export interface GroupSettings {
  readonly decay: number;
  readonly learningRateScale: number;
  readonly frozen: boolean;
}

/** `settingsOf('encoder.layers.0.attention_norm.weight', [64], { weightDecay: 0.1 }).decay → 0`. */
export function settingsOf(name: string, shape: readonly number[], rules: GroupRules): GroupSettings {
  const decays = rules.noDecay ? !rules.noDecay.test(name) : shape.length > 1;
  return {
    decay: decays ? rules.weightDecay : 0,
    learningRateScale: rules.learningRateScale?.(name) ?? 1,
    frozen: rules.frozen?.test(name) ?? false,
  };
}

/** How many numbered layers there are: one more than the largest number after `layers.` in the names. */
export function layersIn(names: Iterable<string>): number {
  return [...names].reduce((most, name) => Math.max(most, Number(LAYER.exec(name)?.[1] ?? -1) + 1), 0);
}

const LAYER = /(?:^|\.)layers\.(\d+)\./;

/** A pattern over parameter names, as a recipe writes it. @throws RangeError for one that is malformed, or that none matches */
export function patternOver(names: readonly string[], source: string): RegExp {
  let pattern: RegExp;
  try {
    pattern = new RegExp(source);
  } catch (error) {
    throw new RangeError(`frozen: expected a regular expression, got '${source}': ${(error as Error).message}`);
  }
  if (names.some((name) => pattern.test(name))) return pattern;
  const some = names.slice(0, 8).join(', ');
  throw new RangeError(`frozen: expected a pattern that matches parameters, got '${source}' (there are ${some}, …)`);
}

/** Layer-wise decay (Clark et al. 2020): `factor^(layers − depth)`, embeddings lowest, everything above the layers 1. */
export function layerwiseDecay(layers: number, factor: number): (name: string) => number {
  return (name) => {
    const layer = LAYER.exec(name)?.[1];
    if (layer !== undefined) return factor ** (layers - Number(layer));
    return /(?:^|\.)(embeddings|wte|wpe)\./.test(name) ? factor ** (layers + 1) : 1;
  };
}
