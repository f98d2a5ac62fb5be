// Our side of compare-tokenizer-training.py: trains every case of a file and says which differ. npx tsx scripts/compare-tokenizer-training.ts CASES.json
import { readFileSync } from 'node:fs';
import { type TrainingOptions, trainTokenizerJson } from '../src/tokens/index.ts';

interface Case {
  readonly corpus: string;
  readonly options: TrainingOptions;
  readonly merges: readonly (readonly [string, string])[];
  readonly vocab: Readonly<Record<string, number>>;
}

const cases = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Case[];
const sorted = (vocab: Readonly<Record<string, number>>): string =>
  JSON.stringify(Object.entries(vocab).sort(([, a], [, b]) => a - b));
let merges = 0;
let different = 0;
for (const { corpus, options, ...reference } of cases) {
  const { model } = trainTokenizerJson(corpus.match(/[^\n]*\n|[^\n]+$/g) ?? [], options) as unknown as { model: Case };
  merges += reference.merges.length;
  const isEqual =
    JSON.stringify(model.merges) === JSON.stringify(reference.merges) &&
    sorted(model.vocab) === sorted(reference.vocab);
  if (isEqual) continue;
  different++;
  if (different <= 3) console.log('DIFFERENT', JSON.stringify(options), JSON.stringify(corpus).slice(0, 300));
}
console.log(`${cases.length} random corpora, ${merges} merges, ${different} different`);
process.exitCode = different > 0 ? 1 : 0;
