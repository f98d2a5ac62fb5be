// Killed at random moments, also in the middle of a save: the resumed run ends with the same bytes. bench/kill-resume.ts does it N times.
import { expect, test } from 'vitest';
import { Random } from '../src/array/index.ts';
import { killAndResume, SHORTEST } from './kill-resume.ts';

test('50 kills leave no trace', { timeout: 600_000 }, async () => {
  const random = new Random({ seed: Date.now(), site: 'moments' });
  const report = await killAndResume(50, () => SHORTEST + 600 * random.uniform());
  expect(report.differences).toEqual([]);
  expect(report.kills).toBe(50);
});
