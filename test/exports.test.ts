// The public names of every subpath: a change of the interface is a visible line in the diff.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: Record<string, string> };
const subpaths = Object.entries(exports).filter(([, file]) => file.endsWith('.js'));

test.each(subpaths)('%s', async (_subpath, file) => {
  const source = file.replace('./dist/', '../').replace(/\.js$/, '.ts');
  const module = (await import(source)) as Record<string, unknown>;
  expect(Object.keys(module).sort()).toMatchSnapshot();
});
