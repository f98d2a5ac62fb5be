// The set `splice` in a folder, of random bases: nothing can be learnt from it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../src/array/index.ts';

/** Writes `count` sequences of 60 bases, the three labels by turns. */
export function writeRandomSplice(dir: string, count: number, seed: number, site: string): void {
  const random = new Random({ seed, site });
  const rows = Array.from({ length: count }, (_, i) => {
    const bases = Array.from({ length: 60 }, () => 'ACGT'[random.integer(4)]);
    return `N${i},${bases.join(',')},${['EI', 'IE', 'N'][i % 3]}`;
  });
  mkdirSync(join(dir, 'dna/splice'), { recursive: true });
  writeFileSync(join(dir, 'dna/splice/splice.arff'), `@relation s\n@data\n${rows.join('\n')}\n`);
}
