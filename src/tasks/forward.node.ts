// `forward` on a checkpoint folder.
import type { NamedArrays, NdArray } from '../array/index.ts';
import { openCheckpoint, resolveModel } from '../checkpoints/index.node.ts';
import type { HubOptions } from '../checkpoints/index.ts';
import { classNameFor, inKnownNames, loadParameters, type Model, modelIn } from '../models/index.ts';
import { baseOfAdapter, isAdapterFolder, mergeAdapter } from './adapter.node.ts';
import { type ForwardOptions, runForward } from './forward.ts';

/** A checkpoint folder's model with its parameters. */
export interface OpenModel {
  /** The folder: the one that was named, or a hub name's snapshot in the cache. */
  readonly dir: string;
  readonly model: Model;
  readonly parameters: NamedArrays;
  /** What the file calls each parameter. */
  readonly fileNames: ReadonlyMap<string, string>;
}

/** Opens the model of a folder or of a hub name; of an adapter's folder, its base with the adapter folded in. @throws HubError, CheckpointError, ConfigError */
export async function openModel(name: string, hub: HubOptions = {}): Promise<OpenModel> {
  const dir = await resolveModel(name, hub);
  if (isAdapterFolder(dir)) {
    const base = await openModel(await baseOfAdapter(dir), hub);
    return { ...base, dir, parameters: await mergeAdapter(dir, base.model, base.parameters) };
  }
  const source = await inKnownNames(await openCheckpoint(dir));
  try {
    const model = await modelIn(source);
    return { dir, model, ...(await loadParameters(model, source)) };
  } finally {
    await source.close();
  }
}

/** The class of a model without reading its weights; of an adapter's folder, its base's. @throws as `openModel` */
export async function classNameOf(name: string, hub: HubOptions = {}): Promise<string> {
  const dir = await resolveModel(name, hub);
  if (isAdapterFolder(dir)) return classNameOf(await baseOfAdapter(dir), hub);
  const source = await openCheckpoint(dir);
  try {
    return classNameFor(await (await inKnownNames(source)).config());
  } finally {
    await source.close();
  }
}

/** Runs the architecture that `config.json` names on named arrays, in evaluation mode, float32. */
export async function forwardCheckpoint(
  name: string,
  inputs: NamedArrays,
  options: ForwardOptions & { readonly hub?: HubOptions },
): Promise<Record<string, NdArray>> {
  const { model, parameters, fileNames } = await openModel(name, options.hub);
  const nameOf = (ours: string): string => fileNames.get(ours) ?? ours;
  return runForward(model, parameters, inputs, { nameOf, ...options });
}
