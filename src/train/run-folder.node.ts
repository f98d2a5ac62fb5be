// A run on disk: run.json, metrics.jsonl, a TensorBoard event file, and resumable states. States are folders written aside and
// renamed; the record files are cut back to the length the state remembers, so that a resumed run leaves the same bytes.
import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedArrays } from '../array/index.ts';
import {
  createFolderAtomic,
  diskFull,
  isFullDisk,
  readJson,
  type Writer,
  writeFileAtomic,
} from '../checkpoints/index.node.ts';
import { CheckpointError, decodeSafetensors, encodeSafetensors } from '../checkpoints/index.ts';
import { scalarRecord, versionRecord } from './event-file.ts';
import type { FitState } from './fit.ts';
import { lockRun } from './run-lock.node.ts';

/** Version of the layout of run folders that this code writes and reads. */
export const RUN_VERSION = 1;

const METRICS = 'metrics.jsonl';
const EVENTS = 'events.out.tfevents.0.tesserae';
const STATES = 'state';

/** `run.json`. */
export interface RunInfo {
  readonly version: number;
  readonly recipe: Readonly<Record<string, unknown>> & { readonly task: string; readonly name: string };
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Checksums of the data, by file. */
  readonly data: Readonly<Record<string, string>>;
}

/** What a state holds beside the loop's own numbers. */
export interface SavedState {
  readonly state: FitState;
  readonly weights: NamedArrays;
  readonly optimizer: NamedArrays;
}

interface Trainer {
  readonly state: FitState;
  /** Lengths of the record files when the state was saved, in bytes. */
  readonly lengths: Readonly<Record<string, number>>;
}

/** A locked run folder. */
export class RunFolder {
  readonly dir: string;
  readonly info: RunInfo;
  readonly #unlock: () => Promise<void>;
  readonly #keep: number;

  private constructor(dir: string, info: RunInfo, unlock: () => Promise<void>, keep: number) {
    this.dir = dir;
    this.info = info;
    this.#unlock = unlock;
    this.#keep = keep;
  }

  /** A new run. @throws CheckpointError when the folder holds a run already, RunLockedError */
  static async create(dir: string, info: Omit<RunInfo, 'version'>, keep = 2): Promise<RunFolder> {
    await mkdir(dir, { recursive: true });
    const unlock = await lockRun(dir);
    try {
      if ((await readdir(dir)).includes('run.json')) {
        throw new CheckpointError(
          `RunFolder.create: expected a folder without a run, got one with run.json (${dir})\nGo on with it: tesserae train --resume ${dir}`,
        );
      }
      const full = { version: RUN_VERSION, ...info };
      await writeFileAtomic(join(dir, METRICS), '');
      await writeFileAtomic(join(dir, EVENTS), versionRecord());
      await writeFileAtomic(join(dir, 'run.json'), `${JSON.stringify(full, null, 2)}\n`);
      return new RunFolder(dir, full, unlock, keep);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** An existing run, to go on with. @throws CheckpointError for no run or one of a newer version, RunLockedError */
  static async open(dir: string, keep = 2): Promise<RunFolder> {
    const info = await readRunInfo(dir);
    const unlock = await lockRun(dir);
    try {
      const states = join(dir, STATES);
      for (const name of await readdir(states).catch(() => [])) {
        if (name.endsWith('.tmp')) await rm(join(states, name), { recursive: true, force: true });
      }
      return new RunFolder(dir, info, unlock, keep);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  get #lastIsWhole(): string {
    return `the last saved state is whole: tesserae train --resume ${this.dir}`;
  }

  /** One line of metrics: numbers that a repeated run repeats, no times. @throws CheckpointError for a full disk */
  async append(record: Readonly<Record<string, number | string>>): Promise<void> {
    const { step, ...rest } = record;
    const numbers = Object.fromEntries(Object.entries(rest).filter(([, value]) => typeof value === 'number'));
    try {
      // at once: handing two short lines to another thread takes longer than writing them
      appendFileSync(join(this.dir, METRICS), `${JSON.stringify(record)}\n`);
      appendFileSync(join(this.dir, EVENTS), scalarRecord(Number(step), numbers as Record<string, number>));
    } catch (error) {
      throw diskFull(error, join(this.dir, METRICS), this.#lastIsWhole);
    }
  }

  /** Saves a resumable state; older ones beyond the last few go. A failure leaves the older ones. @throws CheckpointError, with the cause */
  async save({ state, weights, optimizer }: SavedState, writer?: Writer): Promise<void> {
    const target = join(this.dir, STATES, stateName(state.step));
    try {
      const sizeOf = async (name: string) => [name, (await flushed(join(this.dir, name))).size] as const;
      const lengths = Object.fromEntries(await Promise.all([METRICS, EVENTS].map(sizeOf)));
      await mkdir(join(this.dir, STATES), { recursive: true });
      await rm(target, { recursive: true, force: true });
      await createFolderAtomic(target, async (aside) => {
        await writeFileAtomic(join(aside, 'weights.safetensors'), encodeSafetensors(weights), writer);
        await writeFileAtomic(join(aside, 'optimizer.safetensors'), encodeSafetensors(optimizer), writer);
        await writeFileAtomic(
          join(aside, 'trainer.json'),
          JSON.stringify({ state, lengths } satisfies Trainer),
          writer,
        );
      });
    } catch (error) {
      const { cause, message } = error as Error;
      const what = isFullDisk(error) || isFullDisk(cause) ? 'the disk or quota is full; free space and go on' : message;
      throw new CheckpointError(
        `RunFolder.save: expected to save step ${state.step}, got: ${what} (${this.dir})\n${this.#lastIsWhole}`,
        { cause: error },
      );
    }
    for (const name of (await this.#stateNames()).slice(this.#keep)) {
      await rm(join(this.dir, STATES, name), { recursive: true, force: true });
    }
  }

  /** The newest state that is whole, undefined when there is none. Record files are cut back to it. */
  async resume(): Promise<SavedState | undefined> {
    for (const name of await this.#stateNames()) {
      const saved = await this.#read(name).catch(() => undefined);
      if (!saved) continue;
      for (const [file, length] of Object.entries(saved.trainer.lengths)) await truncate(join(this.dir, file), length);
      return { state: saved.trainer.state, weights: saved.weights, optimizer: saved.optimizer };
    }
    await writeFileAtomic(join(this.dir, METRICS), '');
    await writeFileAtomic(join(this.dir, EVENTS), versionRecord());
    return undefined;
  }

  /** Gives the lock back. */
  async close(): Promise<void> {
    await this.#unlock();
  }

  async #stateNames(): Promise<string[]> {
    const names = await readdir(join(this.dir, STATES)).catch(() => []);
    return names
      .filter((name) => /^step-\d+$/.test(name))
      .sort()
      .reverse();
  }

  async #read(name: string): Promise<{ trainer: Trainer; weights: NamedArrays; optimizer: NamedArrays }> {
    const dir = join(this.dir, STATES, name);
    const trainer = (await readJson(join(dir, 'trainer.json'))) as unknown as Trainer;
    const arrays = async (file: string): Promise<NamedArrays> =>
      decodeSafetensors(await readFile(join(dir, file)), join(dir, file)).arrays;
    return { trainer, weights: await arrays('weights.safetensors'), optimizer: await arrays('optimizer.safetensors') };
  }
}

const stateName = (step: number): string => `step-${String(step).padStart(9, '0')}`;

async function flushed(path: string): Promise<{ size: number }> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return await stat(path);
  } finally {
    await file.close();
  }
}

/** `run.json` of a folder. @throws CheckpointError when it is none, or of a newer version */
export async function readRunInfo(dir: string): Promise<RunInfo> {
  const path = join(dir, 'run.json');
  const info = (await readJson(path).catch((error: unknown) => {
    const [what, advice] = existsSync(path)
      ? [
          `a run.json that can be read, got: ${(error as Error).message}`,
          'Bring it back from a copy, or train anew into another folder.',
        ]
      : ['a run folder with run.json', `Start a run: tesserae train RECIPE --out ${dir}`];
    throw new CheckpointError(`expected ${what} (${dir})\n${advice}`, { cause: error });
  })) as unknown as RunInfo;
  if (!(info.version <= RUN_VERSION)) {
    throw new CheckpointError(
      `expected a run of version ${RUN_VERSION} or older, got ${info.version} (${dir})\nUpdate tesserae to work with it.`,
    );
  }
  return info;
}
