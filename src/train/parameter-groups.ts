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

/** Layer-wise decay (Clark et al. 2020): `factor^(layers − depth)`, embeddings lowest, everything above the layers 1. */
export function layerwiseDecay(layers: number, factor: number): (name: string) => number {
  return (name) => {
    const layer = /(?:^|\.)layers\.(\d+)\./.exec(name)?.[1];
    if (layer !== undefined) return factor ** (layers - Number(layer));
    return /(?:^|\.)(embeddings|wte|wpe)\./.test(name) ? factor ** (layers + 1) : 1;
  };
}
