// Prediction of hidden tokens of DNA: the pieces of a set, cut as a DNA classifier cuts them.
import { jsonText } from '../../checkpoints/index.ts';
import { batchSchedule, DataError } from '../../data/index.ts';
import { modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { meanLoss } from '../corpus-job.ts';
import { dnaTokenizer, spellingOf } from '../dna-classification/spelling.ts';
import { encoderConfig } from '../encoder-config.ts';
import type { Job, JobContext } from '../job.ts';
import { objectiveOf, tokensIn } from '../objective.ts';
import { ModelRunner } from '../runner.ts';
import { frames, tokenizerFiles } from '../tokenizer.ts';
import type { MaskedDnaModellingRecipe } from './recipe.ts';
import { type Cutting, maskedInputs, maskedWindows, scoredInputs, windowOf } from './windows.ts';

/** Validation windows, at most. */
const VALIDATION_WINDOWS = 400;

/** Sequences of bases. */
export interface DnaPieces {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly checksums: Readonly<Record<string, string>>;
}

/** The measure of weights on pieces: always the same tokens are hidden. */
export const heldWindows = (pieces: readonly string[], cutting: Cutting): number[][] =>
  pieces.slice(0, VALIDATION_WINDOWS).map((piece) => windowOf(piece, cutting));

/** Prepares pre-training. `spellingFile` is where the run says how it spells. @throws DataError for a part without sequences */
export async function prepareMaskedDna(
  recipe: MaskedDnaModellingRecipe,
  { train, validation, checksums }: DnaPieces,
  context: JobContext,
  spellingFile: string,
): Promise<Job> {
  if (train.length === 0 || validation.length === 0)
    throw new DataError(
      `${recipe.name}: expected sequences to train on and to validate, got ${train.length} and ${validation.length} (${recipe.data.id})`,
    );
  const { seed, model: size } = recipe;
  const tokenizer = dnaTokenizer(train, recipe.tokens);
  const cutting: Cutting = { tokenizer, spelling: spellingOf(recipe.tokens), length: size.maxLength };
  context.note(`${train.length} sequences to train on, ${validation.length} to validate`);
  const model = modelFor(encoderConfig(size, tokenizer, 'ForMaskedLM', ['LABEL_0', 'LABEL_1']));
  const runner = await ModelRunner.create(model, { ...context, inputs: scoredInputs, want: ['loss'] });
  const schedule = batchSchedule(
    train.map(({ length }) => Math.min(length, size.maxLength)),
    recipe.train.batchSize,
    seed,
  );
  const held = heldWindows(validation, cutting);
  return {
    model,
    files: {
      ...tokenizerFiles(tokenizer, frames.encoder, size.maxLength),
      [spellingFile]: jsonText({ spelling: cutting.spelling }),
    },
    initial: initializeParameters(parameterSpecs(model), seed),
    objective: objectiveOf(model, maskedInputs, recipe.train.labelSmoothing),
    batchesAt: (step) => {
      const rows = schedule(step).map((place) =>
        windowOf(train[place] as string, cutting, { seed, step, site: `window ${place}` }),
      );
      return [maskedWindows(rows, cutting, { seed, step })];
    },
    unitsOf: tokensIn,
    evaluate: (parameters, tell) =>
      meanLoss(runner, parameters, held, (rows) => maskedWindows(rows, cutting, { seed: 0, step: 0 }), tell),
    best: { metric: 'loss', mode: 'min' },
    checksums,
    release: () => runner.release(),
  };
}
