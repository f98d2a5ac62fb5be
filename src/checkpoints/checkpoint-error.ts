// The error of this folder.

/** A checkpoint cannot be read or written. The message says what was expected, what came, where, and what to do. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}
