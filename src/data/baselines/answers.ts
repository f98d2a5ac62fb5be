// The cheap rival of question answering: the clause of the context that shares most with the question.
import type { QuestionExample } from '../dataset.ts';
import { features } from './linear.ts';

/** The clause that shares most words (characters and pairs in scripts without spaces) with the question, per clause length. */
export function overlappingClause({ question, context }: Pick<QuestionExample, 'question' | 'context'>): string {
  const asked = new Set(features(question));
  let best = { text: '', score: -1 };
  for (const clause of context.split(/[。！？；，、：\n]|[.!?;,:]\s/u)) {
    const own = features(clause);
    const shared = own.filter((feature) => asked.has(feature)).length;
    const score = shared / Math.sqrt(own.length + 1);
    if (score > best.score) best = { text: clause.trim(), score };
  }
  return best.text;
}
