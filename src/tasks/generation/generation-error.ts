// What goes wrong while generating.

/** A request that cannot be carried out, or scores that are no numbers. */
export class GenerationError extends Error {
  override readonly name = 'GenerationError';
}
