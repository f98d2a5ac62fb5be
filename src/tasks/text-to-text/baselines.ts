// Cheap rivals of a model that goes from one text to another.
import { letterSounds, type PairExample } from '../../data/index.ts';
import type { TextToTextRecipe } from './recipe.ts';

/** Targets for sources that training did not see. */
type PairBaseline = (train: readonly PairExample[], sources: readonly string[]) => string[];

/** The source as it is. */
const copySource: PairBaseline = (_, sources) => [...sources];

/** Rivals by kind of target, by the name that reports have. */
export const baselinesOf: {
  readonly [K in TextToTextRecipe['target']]: Readonly<Record<string, PairBaseline>>;
} = {
  text: { copy_source: copySource },
  symbols: { letter_sounds: letterSounds },
};
