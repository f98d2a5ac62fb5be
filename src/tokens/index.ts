/**
 * Any modality to tokens and back. No weights.
 * @module tokens
 */
export {
  type FrameMeaning,
  type Frames,
  featureStatistics,
  kaldiFilterBank,
  kaldiFrames,
  type Spectrogram,
  whisperLogMel,
} from './audio/filter-bank.ts';
export { type MelFilters, type MelOptions, melFilters } from './audio/mel.ts';
export {
  type AstProcessor,
  audioSetProcessor,
  melsFirst,
  processSound,
  type SoundProcessor,
  soundProcessorFromJson,
  soundProcessorToJson,
  type WhisperProcessor,
  whisperProcessor,
} from './audio/processor.ts';
export { type ResampleQuality, resampleSound } from './audio/resample.ts';
export { inspectSound, monoOf, type Sound, type SoundReport, secondsOf, sound } from './audio/sound.ts';
export { astLayout, cutSpectrogram, patchCounts, type SpectrogramLayout } from './audio/spectrogram-patches.ts';
export { type PowerSpectrum, powerSpectrum } from './audio/spectrum.ts';
export { readWav } from './audio/wav.ts';
export {
  type ConceptOptions,
  cutConcepts,
  cutFeatures,
  type FeatureVocabulary,
  type FeatureVocabularyOptions,
  featureVocabulary,
  hashedVocabulary,
  type Item,
} from './concepts/bags.ts';
export { type Concept, concept, type Neighbour, nearestConcepts, parseFeatures } from './concepts/concept.ts';
export { parseFasta, parseFastq, parseSequences } from './dna/fasta.ts';
export {
  courseVocabulary,
  cutKmers,
  dnabertVocabulary,
  type KmerOptions,
  type KmerVocabulary,
  longPieces,
  type Span,
  vocabularyTokens,
} from './dna/k-mer.ts';
export {
  cutPairs,
  encodePairs,
  type PairEncoding,
  type PairEncodingOptions,
  pairEncodingJson,
  trainPairEncoding,
} from './dna/pair-encoding.ts';
export { type DnaRecord, isBases, readBases, reverseComplement } from './dna/sequence.ts';
export { cutPatches, type PatchLayout, padPixels } from './image/patches.ts';
export { centerCrop, greyOf, type Picture, picture, rgbOf } from './image/picture.ts';
export { pictureFromBlob } from './image/platform.ts';
export {
  fitPicture,
  type ImageProcessor,
  imageProcessorFromJson,
  imageProcessorToJson,
  pictureFromArray,
  plainProcessor,
  processPicture,
  type TargetSize,
  targetSize,
} from './image/processor.ts';
export { type ResizeFilter, resizePicture } from './image/resize.ts';
export { rotatePicture } from './image/rotate.ts';
export { sinusoidPositions } from './sinusoid.ts';
export { applyChatTemplate, type ChatMessage, type ChatTemplateOptions } from './text/chat-template.ts';
export type { Component } from './text/component.ts';
export { type DecodeBytesOptions, decodeBytes } from './text/decode-bytes.ts';
export { tokenJoiner } from './text/decoders.ts';
export { type EncodeInputs, encodeIdsStream, encodeStream } from './text/encode-stream.ts';
export { convertTokenizer, type TokenizerFiles, type TokenizerFormat } from './text/formats/convert.ts';
export { readSentencePiece, type SentencePieceModel, sentencePieceJson } from './text/formats/sentencepiece.ts';
export { readTiktoken, type TiktokenEncoding, tiktokenEncoding, tiktokenJson } from './text/formats/tiktoken.ts';
export { readTokenizerConfig, withConfiguredTokens } from './text/formats/tokenizer-config.ts';
export {
  type ByteLevelFamily,
  readMerges,
  type VocabMergesOptions,
  vocabMergesJson,
} from './text/formats/vocab-merges.ts';
export { tokenizerFromJson } from './text/text-tokenizer.ts';
export { cutText } from './text/text-units.ts';
export { firstInvalidByte } from './text/utf8.ts';
export { wordPieceFromVocab } from './text/word-piece-vocab.ts';
export {
  type DecodeOptions,
  type DecodeStream,
  type EncodeInput,
  type EncodeOptions,
  type Encoding,
  type Tokenizer,
  type TokenizerConfig,
  TokenizerError,
  type TokenizerJson,
} from './tokenizer.ts';
export type { TokenizerAlgorithm, TrainingOptions } from './training/algorithms.ts';
export {
  builtinCutter,
  builtinCutters,
  type ComparedRow,
  type ComparedToken,
  type Comparison,
  type Cutter,
  compareTokenizers,
  cutterOf,
  misspell,
} from './training/comparison.ts';
export type { Training, TrainingProgress } from './training/progress.ts';
export {
  type Replay,
  type ReplayOptions,
  type ReplayPair,
  type ReplayStep,
  type ReplayWord,
  replayTokenizer,
  replayTraining,
} from './training/replay.ts';
export { type LatticeEdge, type Segmentation, type SegmentationStep, segmentWord } from './training/segmentation.ts';
export { trainTokenizer, trainTokenizerJson } from './training/train.ts';
export {
  type Band,
  type Box,
  checkSameShape,
  countOf,
  idsOf,
  type Place,
  positionsFrom,
  type Tube,
  type Units,
  UnitsError,
  type UnitValues,
  vectorsOf,
} from './units.ts';
export { type Clip, type FrameSampling, pickFrames, processClip, sampleFrames } from './video/clip.ts';
export {
  type ClipTimes,
  cutTubes,
  framePatches,
  type TubeLayout,
  type TubeShape,
  tubeCounts,
  tubelets,
  tubePositions,
  tubeVitLayout,
} from './video/tubes.ts';
