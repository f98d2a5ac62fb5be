// `tesserae train`: a recipe to a run folder; Ctrl-C saves, a second one leaves at once.
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { recipes } from '../../../recipes/index.ts';
import { resumeInThread, type TrainOptions, type TrainResult, trainInThread } from '../../tasks/index.node.ts';
import { checkRecipe, type Recipe } from '../../tasks/index.ts';
import { leaveAtOnce } from '../../threads/index.node.ts';
import { type Args, type Command, type Io, integer, required, text, texts, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';
import { progressLine } from '../progress.ts';
import { asUsage, withSetting } from '../settings.ts';
import { versions } from '../version.ts';

/** A recipe by name, or from a module of one's own whose first exported recipe is taken. */
async function recipeNamed(name: string): Promise<Recipe> {
  const known = recipes[name.replace(/^recipes\//, '')];
  if (known) return known;
  const path = resolve(name);
  if (!existsSync(path))
    throw new UsageError(`expected a recipe among ${Object.keys(recipes).join(', ')}, or a file, got '${name}'`);
  const module = (await import(pathToFileURL(path).href).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
    throw new UsageError(
      `expected a recipe that this Node can read, got TypeScript (${path})\nNode 22.18 and newer reads it as it is; here, name the file .mjs and leave its types out, or run: npx tsx node_modules/tesserae/bin/tesserae.js train ${name}`,
    );
  })) as Record<string, unknown>;
  const found = Object.values(module).find(
    (value): value is object => typeof value === 'object' && value !== null && 'task' in value,
  );
  if (!found)
    throw new UsageError(
      `expected a module that exports a recipe, got ${Object.keys(module).join(', ') || 'nothing'} (${path})`,
    );
  const missing = ['name', 'seed', 'data', 'train'].filter((field) => !(field in found));
  if (missing.length > 0)
    throw new UsageError(
      `expected a recipe with ${missing.join(', ')}, got ${Object.keys(found).join(', ')} (${path})`,
    );
  return found as Recipe;
}

/** A recipe with `--set` and `--seed` applied. */
export async function recipeFrom(name: string, args: Args): Promise<Recipe> {
  const recipe = texts(args, 'set').reduce(withSetting, await recipeNamed(name));
  const seed = integer(args, 'seed');
  asUsage(() => checkRecipe(recipe));
  return seed === undefined ? recipe : { ...recipe, seed };
}

/** Options of training from flags, with signals and progress. */
export async function trainOptions(args: Args, io: Io, out: string): Promise<TrainOptions> {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) leaveAtOnce(130);
    controller.abort();
    io.note('\nfinishing this step and saving; press Ctrl-C again to leave at once\n');
  });
  let line: ReturnType<typeof progressLine> | undefined;
  return {
    ...(await contextOf(args, io)),
    out,
    versions: versions(),
    signal: controller.signal,
    events: {
      ready: ({ dir, parameters, steps, from, logEvery, unit }) => {
        io.note(
          `${parameters.toLocaleString('en')} parameters, ${steps} steps${from > 0 ? `, going on after step ${from}` : ''} → ${dir}\n`,
        );
        line = progressLine(io, { steps, from, logEvery, unit });
      },
      progress: (progress) => line?.progress(progress),
      evaluating: (progress) => line?.evaluating(progress),
    },
  };
}

/** Tells how a run ended; the exit code. */
export function announce(result: TrainResult, io: Io): number {
  const { state, dir } = result;
  if (result.interrupted) {
    io.note(`stopped after step ${state.step}; go on with: tesserae train --resume ${dir}\n`);
    return 130;
  }
  const { best } = state;
  const found =
    best && Number.isFinite(best.value) ? `best ${best.value.toFixed(4)} at step ${best.step}` : 'nothing validated';
  io.note(`done after step ${state.step}${state.stopped ? ' (stopped early)' : ''}; ${found}; the run is ${dir}\n`);
  if (io.json) io.out(JSON.stringify({ run: dir, ...state }));
  return 0;
}

export const command: Command = {
  words: 1,
  flags: { out: { type: 'string' }, resume: { type: 'string' }, set: { type: 'string', multiple: true } },
  run: async (args, io) => {
    const resumed = text(args, 'resume');
    const [extra] = [...args.positionals, ...texts(args, 'set'), text(args, 'out'), text(args, 'seed')];
    if (resumed !== undefined && extra !== undefined)
      throw new UsageError(`--resume: expected the run alone, which knows its recipe, got '${extra}' too`);
    if (resumed !== undefined)
      return announce(await resumeInThread(resumed, await trainOptions(args, io, resumed)), io);
    const recipe = await recipeFrom(required(args, 0, 'a recipe'), args);
    const out = text(args, 'out') ?? `runs/${recipe.name}`;
    if (existsSync(out) && !statSync(out).isDirectory())
      throw new UsageError(`--out: expected a folder or nothing yet, got a file (${out})`);
    return announce(await trainInThread(recipe, await trainOptions(args, io, out)), io);
  },
};
