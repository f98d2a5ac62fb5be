// `tesserae doctor`: what this machine has, what is missing, and the command that mends it.
import { constants, existsSync, statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { embeddedModels, hubSettings } from '../../checkpoints/index.node.ts';
import { dataCache, dataFolders, findDataset } from '../../data/index.node.ts';
import { catalogue } from '../../data/index.ts';
import { runtimes } from '../../graph/index.node.ts';
import { constant, type Runtime, writeOnnx } from '../../graph/index.ts';
import type { Command } from '../command.ts';
import { version } from '../version.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do when it is not. */
  readonly mend?: string;
}

/** What a runtime that does not work here needs. */
const mends: Readonly<Record<Runtime['name'], string>> = {
  node: 'npm install onnxruntime-node',
  worker: 'npm install onnxruntime-node',
  ffi: 'npm install koffi onnxruntime-node',
  wasm: 'npm install onnxruntime-web',
  webgpu: 'use --runtime wasm here, or open the page in a browser that has WebGPU',
};

/** Makes a runtime and runs a graph of one node. */
async function runtimeCheck(name: Runtime['name']): Promise<Check> {
  try {
    const runtime = await runtimes[name]();
    const session = await runtime.createSession(writeOnnx({ one: constant(1) }, { backend: runtime.backend }).bytes);
    const { one } = await session.run({});
    await session.release();
    return { name: `runtime ${name}`, ok: one?.data[0] === 1, found: 'loads and runs' };
  } catch (error) {
    const [found = ''] = (error as Error).message.split('\n');
    return { name: `runtime ${name}`, ok: false, found, mend: mends[name] };
  }
}

/** One after the other: two of ONNX Runtime's libraries may not be loaded at once. */
async function runtimeChecks(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const name of Object.keys(runtimes) as Runtime['name'][]) checks.push(await runtimeCheck(name));
  return checks;
}

/** Where what is fetched is kept, and whether it can be. */
async function cacheCheck(name: string, folder: string): Promise<Check> {
  // the nearest folder above that is there decides whether one can be made
  let nearest = folder;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  const canWrite = access(nearest, constants.W_OK).then(
    () => true,
    () => false,
  );
  const ok = statSync(nearest).isDirectory() && (await canWrite);
  const found = `${folder}${existsSync(folder) ? '' : ' (not made yet)'}${ok ? '' : ', which cannot be written'}`;
  return { name, ok, found, ...(ok ? {} : { mend: 'give another with --cache FOLDER or TESSERAE_CACHE' }) };
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

/** Folders that TESSERAE_DATA names and that are not there. */
function folderChecks(): Check[] {
  return dataFolders(process.env)
    .filter((folder) => !existsSync(folder))
    .map((folder) => ({
      name: 'TESSERAE_DATA',
      ok: false,
      found: `no folder ${folder}`,
      mend: 'name one that is there',
    }));
}

export const command: Command = {
  words: 0,
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
      ...(await runtimeChecks()),
      await cacheCheck('cache of data', dataCache(process.env)),
      await cacheCheck('cache of models', hubSettings(process.env).cacheDir),
      { name: 'models', ok: true, found: (await embeddedModels()).join(', ') || 'none' },
      ...folderChecks(),
      ...(await dataChecks()),
    ];
    if (io.json) io.out(JSON.stringify({ version, checks }));
    else
      for (const { name, ok, found, mend } of checks)
        io.out(`${ok ? 'ok     ' : 'missing'} ${name.padEnd(26)} ${found}${mend ? `  → ${mend}` : ''}`);
    return node && checks.find(({ name }) => name === 'runtime node')?.ok ? 0 : 1;
  },
};
