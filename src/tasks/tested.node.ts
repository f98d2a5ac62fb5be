// What the test part of a run said of its weights: kept in the run folder, told by the cards of what is made of it.
import { join } from 'node:path';
import { readJsonIfThere, writeFileAtomic } from '../checkpoints/index.node.ts';
import type { Evaluation } from './task.node.ts';

/** A measurement of the published weights. */
export interface Tested {
  /** The step of the weights that were measured. */
  readonly step: number;
  readonly evaluation: Evaluation;
  /** The same for people: the model beside its rivals. */
  readonly report: string;
}

const FILE = 'test.json';

/** The step of the published weights; undefined for what is no run folder. */
async function stepOf(dir: string): Promise<number | undefined> {
  const best = await readJsonIfThere(join(dir, 'best.json'));
  return best?.step as number | undefined;
}

/** Writes what was measured into a run folder; models without a run keep nothing. */
export async function keepTested(dir: string, measured: Omit<Tested, 'step'>): Promise<void> {
  const step = await stepOf(dir);
  if (step !== undefined) await writeFileAtomic(join(dir, FILE), `${JSON.stringify({ step, ...measured })}\n`);
}

/** What was measured of the weights that lie in a folder; undefined when nothing was, or of other weights. @throws CheckpointError for no JSON */
export async function testedIn(dir: string): Promise<Tested | undefined> {
  const found = (await readJsonIfThere(join(dir, FILE))) as Tested | undefined;
  return found && found.step === (await stepOf(dir)) ? found : undefined;
}
