/**
 * Data sets from disk.
 * @module data/node
 */
export { dataFolders, findDataset, readText, requireDataset } from './find.node.ts';
export { loadPlainText, loadTextDataset, readExamples } from './load.node.ts';
export { emojiLanguages, loadEmojiGroups } from './sets/emoji.node.ts';
