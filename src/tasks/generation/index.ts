/** Writing with any decoder: searches, processors, the generator. */
export type { BeamNode, BeamTree } from './beam.ts';
export { type ChatPiece, chatIds, chatPieces, type FittingChat, fittingChat, pieceIds } from './chat.ts';
export { idleSettings } from './effects.ts';
export type { PromptRows, StepState } from './engine.ts';
export type { Candidate, TokenView } from './explain.ts';
export { GenerationError, SettingsError } from './generation-error.ts';
export { type GenerateRequest, type Generation, Generator, type GeneratorOptions } from './generator.ts';
export { type LogitsProcessor, type NamedProcessor, processorNames, type RowContext } from './processors.ts';
export type { StepEvent } from './search.ts';
export { type GenerationSettings, modelSettings, readSettings, settingNames } from './settings.ts';
export type { Finish } from './stop.ts';
export { generationStory } from './story.ts';
export { promptIds, streamSteps, streamText, type WrittenTexts, writtenTexts } from './texts.ts';
