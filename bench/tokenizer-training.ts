// How long does training a tokenizer take, against Python's `tokenizers` and sentencepiece on one thread? Engines take turns; the results
// are compared. TESSERAE_DATA=folder npx tsx bench/tokenizer-training.ts [rounds] [row…]; PYTHON=python with both libraries.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainTokenizerFromFiles } from '../src/tokens/index.node.ts';
import type { TokenizerAlgorithm } from '../src/tokens/index.ts';
import { writeCorpora } from './tokenizer-training-corpus.ts';

interface Result {
  readonly who: string;
  readonly wall: number;
  readonly cpu: number;
  readonly mib: number;
}

/** The training itself, in a process of its own. */
async function own(algorithm: TokenizerAlgorithm, vocabSize: number, corpus: string, out: string): Promise<void> {
  const special =
    algorithm === 'unigram' ? ['<unk>'] : algorithm.endsWith('wordpiece') || algorithm === 'bpe' ? ['[UNK]'] : [];
  const [start, before] = [performance.now(), process.cpuUsage()];
  const plain = algorithm === 'dna-bpe' ? { normalizer: null, preTokenizer: null } : {};
  const json = await trainTokenizerFromFiles([corpus], { algorithm, vocabSize, specialTokens: special, ...plain });
  const { user, system } = process.cpuUsage(before);
  const wall = (performance.now() - start) / 1000;
  writeFileSync(out, JSON.stringify(json));
  const mib = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ who: 'tesserae', wall, cpu: (user + system) / 1e6, mib }));
}

function measure(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Result | undefined {
  const { stdout, stderr, status } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  if (status !== 0) console.error(stderr.split('\n').slice(-3).join('\n'));
  return status === 0 ? (JSON.parse(stdout.trim().split('\n').at(-1) as string) as Result) : undefined;
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const spread = (values: readonly number[]): string =>
  `${middle(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;

/** Whether two files hold the same rules (BPE), the same tokens (others), or how much of them. */
function agreement(ours: string, theirs: string): string {
  const model = (path: string) => JSON.parse(readFileSync(path, 'utf8')).model as { merges?: unknown; vocab: object };
  const [a, b] = [model(ours), model(theirs)];
  if (a.merges) {
    const same = JSON.stringify(a.merges) === JSON.stringify(b.merges);
    const ids = JSON.stringify(Object.entries(a.vocab).sort()) === JSON.stringify(Object.entries(b.vocab).sort());
    return `merges ${same ? 'identical' : 'DIFFERENT'}, ids ${ids ? 'identical' : 'DIFFERENT'}`;
  }
  const tokens = (vocab: object): string[] =>
    Array.isArray(vocab) ? vocab.map(([token]) => token) : Object.keys(vocab);
  const [left, right] = [new Set(tokens(a.vocab)), tokens(b.vocab)];
  return `${right.filter((token) => left.has(token)).length} of ${right.length} tokens shared`;
}

async function compare(rounds: number, chosen: readonly string[]): Promise<void> {
  const data = process.env.TESSERAE_DATA?.split(':')[0];
  if (!data) throw new Error('expected TESSERAE_DATA, got nothing');
  const folder = mkdtempSync(join(tmpdir(), 'tesserae-bench-'));
  const corpora: Record<string, string> = writeCorpora(data, folder);
  const rows: [string, number, string, string | undefined][] = [
    ['byte-bpe', 30_000, 'en', undefined],
    ['byte-bpe', 30_000, 'zh', undefined],
    ['bpe', 30_000, 'en', undefined],
    ['wordpiece', 30_000, 'en', undefined],
    ['unigram', 8000, 'en', undefined],
    ['unigram', 12_000, 'zh', undefined],
    ['unigram', 8000, 'en', 'sentencepiece'],
    ['unigram', 12_000, 'zh', 'sentencepiece'],
  ];
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} cores, ${rounds} rounds, one thread each; ratios are theirs / ours`,
  );
  for (const [algorithm, size, language, other] of rows) {
    const name = `${algorithm}-${language}${other ? `-${other}` : ''}`;
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const [ours, theirs]: [Result[], Result[]] = [[], []];
    const files = { ours: join(folder, `${name}.ours.json`), theirs: join(folder, `${name}.theirs.json`) };
    const args = [algorithm, String(size), corpora[language] as string];
    for (let round = 0; round < rounds; round++) {
      const self = measure(process.execPath, ['--import', 'tsx', import.meta.filename, '--own', ...args, files.ours]);
      if (!self) throw new Error('our own training failed');
      ours.push(self);
      const script = join(import.meta.dirname, 'tokenizer_training.py');
      const reference = measure(process.env.PYTHON ?? 'python3', [script, ...args, files.theirs], {
        WITH: other ?? '',
      });
      if (reference) theirs.push(reference);
    }
    const cpu = ours.map((one) => one.cpu);
    if (theirs.length === 0) {
      console.log(`${name} ${size}: ${spread(cpu)} s CPU; reference not measured`);
      continue;
    }
    const ratios = theirs.map((one, i) => one.cpu / (ours[i] as Result).cpu);
    const walls = theirs.map((one, i) => one.wall / (ours[i] as Result).wall);
    console.log(
      `${name} ${size}: CPU ${spread(cpu)} s against ${spread(theirs.map((one) => one.cpu))} s of ${theirs[0]?.who}: ratio ${spread(ratios)}, wall ratio ${spread(walls)}; ` +
        `peak ${middle(ours.map((one) => one.mib)).toFixed(0)} / ${middle(theirs.map((one) => one.mib)).toFixed(0)} MiB; ${other ? '' : agreement(files.ours, files.theirs)}`,
    );
  }
}

if (process.argv[2] === '--own') {
  const [algorithm, size, corpus, out] = process.argv.slice(3) as [TokenizerAlgorithm, string, string, string];
  await own(algorithm, Number(size), corpus, out);
} else await compare(Number(process.argv[2] ?? 3), process.argv.slice(3));
