/**
 * Named arrays on disk or on a hub. Knows names and arrays, not models.
 * @module checkpoints
 */
export { CheckpointError } from './checkpoint-error.ts';
export { HubError, type HubErrorKind } from './hub/hub-error.ts';
export { isRepositoryName, type Wanted } from './hub/hub-files.ts';
export type { HubOptions, HubProgress } from './hub/hub-options.ts';
export { jsonText } from './json-text.ts';
export { editDistance, nameHint, nearestNames } from './names.ts';
export {
  arrayFromBytes,
  decodeSafetensors,
  encodeSafetensors,
  type Header,
  headerLength,
  MAX_HEADER_BYTES,
  parseHeader,
  type TensorInfo,
} from './safetensors.ts';
export type { CheckpointSource } from './source.ts';
