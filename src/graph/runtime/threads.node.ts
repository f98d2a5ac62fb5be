// How many threads a session gets that asks for no number.

/**
 * `TESSERAE_THREADS`, for machines that run several processes at once: waiting threads of ONNX Runtime spin, and steal from the others.
 * Undefined leaves the choice to ONNX Runtime, which takes one thread for every core.
 * @throws RangeError for something that is no whole number above 0
 */
export function usualThreads(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): number | undefined {
  const text = environment.TESSERAE_THREADS;
  if (text === undefined || text === '') return undefined;
  const threads = Number(text);
  if (Number.isSafeInteger(threads) && threads > 0) return threads;
  throw new RangeError(`TESSERAE_THREADS: expected a whole number above 0, got '${text}'`);
}
