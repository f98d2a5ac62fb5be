/**
 * Architectures: one folder each, all behind one contract. Models see numbers, never strings or files.
 * @module models
 */
export {
  type Architecture,
  type Choices,
  ConfigError,
  type HubConfig,
  type InputSpec,
  type Inputs,
  type Model,
  type Outputs,
  type WeightNames,
} from './architecture.ts';
export { type LoadedParameters, loadParameters, type MissingPolicy, parameterSpecs, toFileNames } from './load.ts';
export { fileNames } from './names.ts';
export { architectures, modelFor } from './registry.ts';
export { NO_CHOICES, type Settled, settle } from './settle.ts';
