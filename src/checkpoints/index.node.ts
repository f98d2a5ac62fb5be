/**
 * Checkpoint folders on disk.
 * @module checkpoints/node
 */
export { createFolderAtomic, diskFull, isFullDisk, syncFolder, type Writer, writeFileAtomic } from './atomic.node.ts';
export { embeddedModels } from './embedded.node.ts';
export { authorizedFetch, type Fetch, type FetchOptions } from './hub/authorized-fetch.ts';
export { type Checksum, type DownloadRequest, digest, downloadFile } from './hub/download.node.ts';
export { type HubSettings, hubSettings } from './hub/environment.node.ts';
export { resolveModel } from './hub/resolve.node.ts';
export {
  type CheckpointContent,
  isFolder,
  openCheckpoint,
  readJson,
  readJsonIfThere,
  saveCheckpoint,
} from './local.node.ts';
