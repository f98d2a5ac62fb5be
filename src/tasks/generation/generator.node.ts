// A generator on a checkpoint folder or a hub name.
import { join } from 'node:path';
import { readJsonIfThere } from '../../checkpoints/index.node.ts';
import { loadTokenizer } from '../../tokens/index.node.ts';
import { type Tokenizer, TokenizerError } from '../../tokens/index.ts';
import { noteIn } from '../encode-texts.ts';
import { type OpenModel, openModel } from '../forward.node.ts';
import type { JobContext } from '../job.ts';
import { checkVocabulary } from '../text-model.node.ts';
import { unheeded } from './effects.ts';
import { Generator, type GeneratorOptions } from './generator.ts';
import { modelSettings } from './settings.ts';

/** Where a generator runs, the seed of requests that name none, and who is told what its folder asks for in vain. */
type GeneratorTarget = Omit<GeneratorOptions, 'settings' | 'tokenizer'> & Partial<Pick<JobContext, 'hub' | 'note'>>;

/** The folder's tokenizer; undefined where it has none. */
async function tokenizerIn(dir: string): Promise<Tokenizer | undefined> {
  try {
    return await loadTokenizer(dir);
  } catch (error) {
    if (error instanceof TokenizerError && /expected .*got none/s.test(error.message)) return undefined;
    throw error;
  }
}

/**
 * Opens a model that writes, with its `generation_config.json` and, where there is one, its tokenizer.
 * @throws CheckpointError, ConfigError, TokenizerError, GenerationError; DataError for a vocabulary that does not fit
 */
export async function openGenerator(name: string, target: GeneratorTarget): Promise<Generator> {
  return generatorOn(await openModel(name, target.hub), target);
}

/** A generator on a model that is open already. @throws TokenizerError, CheckpointError, GenerationError; DataError as `openGenerator` */
export async function generatorOn({ dir, model, parameters }: OpenModel, target: GeneratorTarget): Promise<Generator> {
  const [config, tokenizer] = await Promise.all([
    readJsonIfThere(join(dir, 'generation_config.json')),
    tokenizerIn(dir),
  ]);
  if (tokenizer) checkVocabulary(tokenizer, model, dir);
  for (const field of unheeded(config ?? model.config))
    noteIn(target)(`${field} is not supported and left out (${dir})`);
  const settings = { ...modelSettings(model.config, config), ...model.writing };
  return new Generator(model, parameters, { ...target, settings, ...(tokenizer ? { tokenizer } : {}) });
}
