// Models that come with the package: small ones that its own recipes trained, so that pipelines work without any network.
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CheckpointError } from './checkpoint-error.ts';

const OWNER = 'tesserae/';

const folder = (): string => join(dirname(createRequire(import.meta.url).resolve('tesserae/package.json')), 'models');

/** The names of all: `tesserae/ner-zh`, … */
export async function embeddedModels(): Promise<string[]> {
  const entries = await readdir(folder(), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${OWNER}${name}`);
}

/**
 * The folder of `tesserae/NAME`; undefined for names of anybody else.
 * @throws CheckpointError for a name of ours that there is not, listing those that there are
 */
export async function embeddedModel(name: string): Promise<string | undefined> {
  if (!name.startsWith(OWNER)) return undefined;
  const names = await embeddedModels();
  if (!names.includes(name))
    throw new CheckpointError(
      `embeddedModel: expected one of ${names.join(', ') || 'none (this copy has no models)'}, got '${name}'`,
    );
  return join(folder(), name.slice(OWNER.length));
}
