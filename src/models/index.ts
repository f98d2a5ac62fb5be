/**
 * Architectures: one folder each, all behind one contract. Models see numbers, never strings or files.
 * @module models
 */

export { type Adapted, type AdaptOptions, adaptParameters, type Change, changeLines } from './adapt.ts';
export {
  type Architecture,
  type Choices,
  ConfigError,
  type ForwardRequest,
  type HubConfig,
  type InputSpec,
  type Inputs,
  type Model,
  type Outputs,
  type PatchLayout,
  type Stored,
  type WeightNames,
} from './architecture.ts';
export { checkedInputs } from './check-inputs.ts';
export { foreignLibrary, inKnownNames, type Renamed, type RenameOptions, renameForeign } from './foreign.ts';
export { declareInputs } from './inputs.ts';
export { foldLayerScales } from './layer-scale.ts';
export { type LoadedParameters, loadParameters, type MissingPolicy, parameterSpecs, toFileNames } from './load.ts';
export {
  adaptedLayers,
  fromPeft,
  isAdapter,
  mergeLora,
  type PeftAdapter,
  type ReadAdapter,
  toPeft,
  unmergeLora,
  withLora,
} from './lora.ts';
export { fileNames } from './names.ts';
export { architectures, classNameFor, modelFor, modelIn } from './registry.ts';
export { adaptChannels, inflateKernel, type KernelMethod, resamplePositions, resizeKernel } from './resample.ts';
export { NO_CHOICES, type Settled, settle } from './settle.ts';
