/**
 * Data sets from disk.
 * @module data/node
 */
export {
  type BatchesAt,
  type BatchPool,
  type BatchPoolOptions,
  type BatchSource,
  batchPool,
} from './batch-pool.node.ts';
export { locateFile, readText, type TextFile } from './files.node.ts';
export {
  catalogueEntry,
  dataCache,
  dataFolders,
  findDataset,
  requireDataset,
  type VerifiedFile,
  verifyDataset,
} from './find.node.ts';
export {
  type LoadOptions,
  loadAnyDataset,
  loadCorpus,
  loadDialogDataset,
  loadPairDataset,
  loadPlainText,
  loadQuestionDataset,
  loadTextDataset,
  loadTokensDataset,
} from './load.node.ts';
export {
  loadClipDataset,
  loadPictureDataset,
  loadPictures,
  loadSenseDataset,
  loadSequenceDataset,
  loadSoundDataset,
  type SenseKinds,
  type SenseLoadOptions,
} from './load-senses.node.ts';
export { isOwnPairs, isTable, type OwnPairs, readExamples, readPairs, type SideNames } from './own-tables.node.ts';
export { type PictureBatchOptions, pictureBatch, pictureBatches, pictureBatchSource } from './picture-batches.node.ts';
export { atPlace, clipFiles, type FileKind, pictureFiles, placed, soundFiles } from './readers/kinds.node.ts';
export { listOriginals } from './readers/label-folders.node.ts';
export { emojiLanguages, loadEmojiGroups } from './sets/emoji.node.ts';
