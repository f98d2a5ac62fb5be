// Checkpoints of the fixtures that have no tokenizer, with one beside them.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, 'fixtures');

/** A folder of `fixtures`: `fixture('pipelines', 'bert-words')`. */
export const fixture = (...path: string[]): string => join(FIXTURES, ...path);

/** A copy of `fixtures/models/NAME` with files beside it (texts by name) and other values in its configuration. */
export function speaking(
  dir: string,
  name: string,
  files: Readonly<Record<string, string>>,
  config: Readonly<Record<string, unknown>> = {},
): string {
  const folder = join(dir, name);
  cpSync(fixture('models', name), folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...config }));
  return folder;
}

/** The files of a fixture's tokenizer: of 42 words (`bert-words`), of bytes (`roberta-bytes`). */
export function tokenizerOf(name: string): Record<string, string> {
  const names = ['tokenizer.json', 'tokenizer_config.json'];
  return Object.fromEntries(names.map((file) => [file, readFileSync(fixture('pipelines', name, file), 'utf8')]));
}
