// How evaluations, and what reads sets, speak to people.
import type { HubConfig } from '../models/index.ts';
import type { JobContext } from './job.ts';

/** A share in percent. */
export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** How the scores of a model's labels are written: of a regression its values, else shares in percent. */
export const shownScore = ({ problem_type: problem }: HubConfig): ((score: number) => string) =>
  problem === 'regression' ? String : percent;

/** A line of an evaluation: who, in words, and how well. */
export const scoreLine = (who: string, score: string): string => `  ${who.replace(/_/g, ' ').padEnd(22)} ${score}`;

/** Tells people what reading a set repaired and left out. */
export function tellNotes(
  { notes = [] }: { readonly notes?: readonly string[] },
  { note }: Pick<JobContext, 'note'>,
): void {
  for (const one of notes) note(one);
}
