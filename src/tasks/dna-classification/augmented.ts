// Batches of changed sequences: the other strand, reading errors. A pure function of (seed, step, example), as for the other senses.
import { int64 } from '../../array/index.ts';
import { type AugmentationSpec, augmentPlan, padded, type TextExample } from '../../data/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { encodeTexts } from '../encode-texts.ts';
import type { Job } from '../job.ts';
import { type Spelling, spell } from './spelling.ts';

/** What is changed, and how it becomes ids again. */
export interface AugmentedSequences {
  /** The training examples with their bases; ids are their own. */
  readonly examples: readonly TextExample[];
  readonly augment: readonly AugmentationSpec[];
  readonly spelling: Spelling;
  readonly tokenizer: Tokenizer;
  /** Tokens of a row, at most. */
  readonly maxLength: number;
  readonly seed: number;
}

/** The examples with ids that no other has: a second `a` is `a#2`. */
export function distinctIds(examples: readonly TextExample[]): TextExample[] {
  const seen = new Map<string, number>();
  return examples.map((example) => {
    const count = (seen.get(example.id) ?? 0) + 1;
    seen.set(example.id, count);
    return count === 1 ? example : { ...example, id: `${example.id}#${count}` };
  });
}

/** The job with its batches made of changed sequences; labels and order stay. @throws DataError for augmentations that bases do not have */
export function withAugmentation(job: Job, how: AugmentedSequences): Job {
  const { examples, augment, spelling, tokenizer, maxLength, seed } = how;
  if (augment.length === 0) return job;
  const plan = augmentPlan('dna', augment);
  const byId = new Map(examples.map((example) => [example.id, example]));
  const { pad_token_id: padId = 0, label2id } = job.model.config;
  const ids = label2id as Readonly<Record<string, number>>;
  return {
    ...job,
    batchesAt: async (step) => {
      const chosen = (job.recordsAt?.(step) ?? []).map((id) => byId.get(String(id)) as TextExample);
      const texts = chosen.map(({ id, text }) => spell(plan.original(text, { seed, step, site: id }), spelling));
      const labels = chosen.map(({ label }) => ids[label] as number);
      return [
        {
          ...padded(encodeTexts(tokenizer, texts, maxLength).rows, Number(padId)),
          labels: int64([labels.length], labels),
        },
      ];
    },
  };
}
