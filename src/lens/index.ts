/**
 * Looking inside: pages and pictures of what a model computed.
 * @module lens
 */

export { type AlignmentCapture, alignmentPage, alignmentSvg, alignmentText } from './alignment.ts';
export { type AttentionCapture, attentionPage, captureId } from './attention-page.ts';
export { attentionSvg } from './attention-svg.ts';
export { heatPicture, type ShownSound, soundSvg } from './audio-drawing.ts';
export {
  type AugmentCell,
  type AugmentColumn,
  type AugmentRow,
  type AugmentStory,
  augmentPage,
} from './augment-page.ts';
export { comparePage } from './compare-page.ts';
export { compareDictionaries } from './compare-text.ts';
export * from './explain/index.ts';
export {
  type GenerationStory,
  generationPage,
  type StoryCandidate,
  type StoryNode,
  type StoryStep,
} from './generation-page.ts';
export { generationDictionaries } from './generation-text.ts';
export { intervalsSvg, type ReportInterval, type ReportIntervals } from './interval-plot.ts';
export { pictureGridSvg, pictureStripSvg, type ShownPicture } from './picture-drawing.ts';
export { replayPage } from './replay-page.ts';
export { filled, type PageLanguage, replayDictionaries } from './replay-text.ts';
export {
  patternSvg,
  plotSvg,
  type Report,
  type ReportPattern,
  type ReportPlot,
  type ReportTable,
  reportPage,
  reportText,
} from './report-page.ts';
export { type Bilingual, inLanguage, joined, type Said } from './said.ts';
export { conceptsSvg, sequenceSvg } from './sequence-drawing.ts';
export { textSvg, visible } from './text-drawing.ts';
export { type UnitsStory, unitsPage } from './units-page.ts';
export { placeText } from './units-text.ts';
export { contactSheetSvg, type ShownClip, tubeTimesSvg } from './video-drawing.ts';
