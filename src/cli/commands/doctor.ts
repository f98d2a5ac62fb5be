// `tesserae doctor`: what this machine has, what is missing, and the command that mends it.
import { availableParallelism, totalmem } from 'node:os';
import { embeddedModels } from '../../checkpoints/index.node.ts';
import { dataFolders, findDataset } from '../../data/index.node.ts';
import { catalogue } from '../../data/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { constant, writeOnnx } from '../../graph/index.ts';
import type { Command } from '../command.ts';
import { version } from '../version.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do when it is not. */
  readonly mend?: string;
}

/** Loads the runtime and runs a graph of one node. */
async function runtimeCheck(): Promise<Check> {
  try {
    const runtime = await nodeRuntime();
    const session = await runtime.createSession(writeOnnx({ one: constant(1) }, { backend: runtime.backend }).bytes);
    const { one } = await session.run({});
    await session.release();
    return { name: 'onnxruntime-node', ok: one?.data[0] === 1, found: 'loads and runs' };
  } catch (error) {
    return {
      name: 'onnxruntime-node',
      ok: false,
      found: (error as Error).message,
      mend: 'npm install onnxruntime-node',
    };
  }
}

async function dataChecks(): Promise<Check[]> {
  const folders = dataFolders(process.env);
  const sets = Object.entries(catalogue).filter(([, entry]) => entry.files.length > 0);
  return Promise.all(
    sets.map(async ([id, entry]): Promise<Check> => {
      const found = await findDataset(id, folders);
      return found
        ? { name: id, ok: true, found }
        : {
            name: id,
            ok: false,
            found: 'not on this machine',
            mend: entry.files.every((file) => file.url !== undefined)
              ? `tesserae data fetch ${id}`
              : `get it from ${entry.source} and set TESSERAE_DATA (tesserae data show ${id})`,
          };
    }),
  );
}

export const command: Command = {
  flags: {},
  run: async (_args, io) => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const node = major > 20 || (major === 20 && minor >= 19);
    const checks: Check[] = [
      { name: 'node', ok: node, found: process.version, ...(node ? {} : { mend: 'install Node 20.19 or newer' }) },
      {
        name: 'threads',
        ok: true,
        found: `${availableParallelism()}${process.env.TESSERAE_THREADS ? `, TESSERAE_THREADS ${process.env.TESSERAE_THREADS}` : ''}`,
      },
      { name: 'memory', ok: true, found: `${Math.round(totalmem() / 2 ** 30)} GiB` },
      await runtimeCheck(),
      { name: 'models', ok: true, found: (await embeddedModels()).join(', ') || 'none' },
      ...(await dataChecks()),
    ];
    if (io.json) io.out(JSON.stringify({ version, checks }));
    else
      for (const { name, ok, found, mend } of checks)
        io.out(`${ok ? 'ok     ' : 'missing'} ${name.padEnd(26)} ${found}${mend ? `  → ${mend}` : ''}`);
    return node && checks.find((check) => check.name === 'onnxruntime-node')?.ok ? 0 : 1;
  },
};
