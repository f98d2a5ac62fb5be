// Jobs that must not overlap, in the order in which they were asked for.

/** Starts a job when all earlier ones have ended, well or not. */
export type Turns = <T>(job: () => Promise<T>) => Promise<T>;

/** A queue of one's own. */
export function inTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(job: () => Promise<T>): Promise<T> => {
    const result = last.then(job);
    last = result.catch(() => undefined);
    return result;
  };
}
