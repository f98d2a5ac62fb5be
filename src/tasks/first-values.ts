// How large the first weights of a new model are.

/** What a recipe says of it. */
export interface FirstValues {
  readonly dim: number;
  /** Standard deviation of the first weights, `initializer_range` of a `config.json`. */
  readonly initializerRange?: number;
}

/**
 * The deviation of a new model's first weights: the recipe's, else half of the one with which a layer of this width keeps the size of what it
 * reads (Glorot & Bengio 2010, for as many inputs as outputs). The usual 0.02 is that of width 625; in one of 64 attention begins all but even
 * and learns late, while the whole makes encoders with norms behind their sums learn late (docs/log.md, first values).
 * Example: width 64 → 0.0625. @throws RangeError for a deviation that is not above 0
 */
export function initializerRange({ dim, initializerRange: said = dim ** -0.5 / 2 }: FirstValues): number {
  if (!(said > 0 && said < Number.POSITIVE_INFINITY))
    throw new RangeError(`model.initializerRange: expected a deviation above 0, got ${said}`);
  return said;
}
