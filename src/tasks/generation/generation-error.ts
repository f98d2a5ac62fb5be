// What goes wrong while generating.

/** A prompt that cannot be continued, a model that does not write, or scores that are no numbers. */
export class GenerationError extends Error {
  override readonly name: string = 'GenerationError';
}

/** Settings out of range, or that contradict each other. */
export class SettingsError extends GenerationError {
  override readonly name = 'SettingsError';
}
