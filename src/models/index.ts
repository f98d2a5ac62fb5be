/**
 * Architectures: one folder each, all behind one contract. Models see numbers, never strings or files.
 * @module models
 */
export {
  type Architecture,
  ConfigError,
  type ForwardRequest,
  type HubConfig,
  type InputSpec,
  type Inputs,
  type Model,
  type Outputs,
  type Stored,
  type WeightNames,
} from './architecture.ts';
export { declareInputs } from './inputs.ts';
export { type LoadedParameters, loadParameters, type MissingPolicy, parameterSpecs, toFileNames } from './load.ts';
export { fileNames } from './names.ts';
export { architectures, modelFor, modelIn } from './registry.ts';
