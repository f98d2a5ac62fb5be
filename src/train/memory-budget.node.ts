// How much memory this process may use.
import { totalmem } from 'node:os';
import type { MemoryBudget } from './memory.ts';

/** The machine's memory, or the container's where that is less, and what this process holds now. */
export function memoryBudget(): MemoryBudget {
  // 0 or more than there is when no control group limits it
  const limit = process.constrainedMemory?.() ?? 0;
  const available = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { available, used: process.memoryUsage.rss() };
}
