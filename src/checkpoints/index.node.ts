/**
 * Checkpoint folders on disk.
 * @module checkpoints/node
 */
export { createFolderAtomic, syncFolder, type Writer, writeFileAtomic } from './atomic.node.ts';
export { type CheckpointContent, isFolder, openCheckpoint, readJson, saveCheckpoint } from './local.node.ts';
