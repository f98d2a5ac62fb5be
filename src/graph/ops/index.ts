// All builders, for the folders above `graph/ops`.
export * from './convolution.ts';
export * from './elementwise.ts';
export * from './indexing.ts';
export * from './loss.ts';
export * from './movement.ts';
export * from './normalize.ts';
export * from './product.ts';
export * from './quantize.ts';
export * from './reduce.ts';
export * from './source.ts';
