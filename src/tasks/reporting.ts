// How evaluations speak to people.

/** A share in percent. */
export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** A line of an evaluation: who, in words, and how well. */
export const scoreLine = (who: string, score: string): string => `  ${who.replace(/_/g, ' ').padEnd(22)} ${score}`;
