// Batches made by threads ahead of the device, where the caller allows threads.
import { type BatchSource, batchPool } from '../data/index.node.ts';
import type { Job, JobContext } from './job.ts';
import type { TrainRecipe } from './recipe.ts';

/** The job with its batches from `context.ahead` threads, the same to the bit; the job itself without any. Releasing it ends them. */
export function aheadOf(
  job: Job,
  source: BatchSource,
  { steps, accumulate }: Pick<TrainRecipe, 'steps' | 'accumulate'>,
  { ahead = 0 }: Pick<JobContext, 'ahead'>,
): Job {
  if (ahead === 0) return job;
  const pool = batchPool(source, { threads: ahead, last: steps * accumulate });
  return {
    ...job,
    batchesAt: pool.batchesAt,
    release: async () => {
      await pool.close();
      await job.release();
    },
  };
}
