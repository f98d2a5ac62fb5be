// `forward` on a checkpoint folder.
import type { NamedArrays, NdArray } from '../array/index.ts';
import { openCheckpoint } from '../checkpoints/index.node.ts';
import { inKnownNames, loadParameters, type Model, modelIn } from '../models/index.ts';
import { type ForwardOptions, runForward } from './forward.ts';

/** A checkpoint folder's model with its parameters. */
export interface OpenModel {
  readonly model: Model;
  readonly parameters: NamedArrays;
  /** What the file calls each parameter. */
  readonly fileNames: ReadonlyMap<string, string>;
}

/** Opens the model of a folder. @throws CheckpointError, ConfigError */
export async function openModel(dir: string): Promise<OpenModel> {
  const source = await inKnownNames(await openCheckpoint(dir));
  try {
    const model = await modelIn(source);
    return { model, ...(await loadParameters(model, source)) };
  } finally {
    await source.close();
  }
}

/** Runs the architecture that `config.json` names on named arrays, in evaluation mode, float32. */
export async function forwardCheckpoint(
  dir: string,
  inputs: NamedArrays,
  options: ForwardOptions,
): Promise<Record<string, NdArray>> {
  const { model, parameters, fileNames } = await openModel(dir);
  const nameOf = (ours: string): string => fileNames.get(ours) ?? ours;
  return runForward(model, parameters, inputs, { nameOf, ...options });
}
