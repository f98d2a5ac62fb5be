// How fast are texts cut, against Python's `tokenizers` (one thread), its npm binding and `hypertok` (WebAssembly SIMD)? Every engine in
// a process of its own, in turns; compilers and caches warmed on the last quarter of a slice, one timed pass over the other three
// quarters, which they have not seen. The unit is megabytes of UTF-8 a second of processor time; ids must be equal.
// TESSERAE_DATA=folder npx tsx bench/tokenizer-encode.ts [rounds] [row…]; PYTHON=python with tokenizers, NPM=node_modules with the others.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTokenizer, trainTokenizerFromFiles } from '../src/tokens/index.node.ts';
import { tokenizerFromJson } from '../src/tokens/index.ts';
import { type Row, spread, table } from './table.ts';
import { writeCorpora } from './tokenizer-training-corpus.ts';

/** What one engine did in one round. */
interface Result {
  /** Megabytes a second of processor time. */
  readonly speed: number;
  /** Of all ids. */
  readonly digest: string;
}

type Encode = (texts: readonly string[]) => unknown;
/** A way of cutting, and the ids of what it returned. */
interface Engine {
  readonly encode: Encode;
  readonly ids: (result: never) => Iterable<ArrayLike<number>>;
}

const SLICE = 6_000_000;

function linesOf(path: string): string[] {
  return readFileSync(path).subarray(0, SLICE).toString('utf8').split('\n').filter(Boolean);
}

function digestOf(lists: Iterable<ArrayLike<number>>): string {
  const hash = createHash('sha256');
  for (const ids of lists) hash.update(new Uint8Array(Uint32Array.from(ids).buffer));
  return hash.digest('hex').slice(0, 16);
}

const engines: Readonly<Record<string, (file: string) => Promise<Engine>>> = {
  tesserae: async (file) => {
    const tokenizer = await loadTokenizer(file);
    return {
      encode: (texts) => texts.map((text) => tokenizer.encodeIds(text, { addSpecialTokens: false })),
      ids: (result: number[][]) => result,
    };
  },
  'tesserae with offsets': async (file) => {
    const tokenizer = await loadTokenizer(file);
    return {
      encode: (texts) =>
        texts.map((text) => {
          const { ids, flatOffsets } = tokenizer.encode(text, { addSpecialTokens: false });
          return { ids, flatOffsets };
        }),
      ids: (result: { ids: number[] }[]) => result.map(({ ids }) => ids),
    };
  },
  npm: async (file) => {
    const { Tokenizer } = createRequire(join(process.env.NPM as string, 'x.js'))('tokenizers');
    const tokenizer = Tokenizer.fromString(readFileSync(file, 'utf8'));
    return {
      encode: async (texts) =>
        (await tokenizer.encodeBatch(texts, { addSpecialTokens: false })).map((one: { getIds(): number[] }) =>
          one.getIds(),
        ),
      ids: (result: number[][]) => result,
    };
  },
  hypertok: async () => {
    const { fromBytes } = await import(join(process.env.NPM as string, 'hypertok/src/index.mjs'));
    const folder = join(process.env.NPM as string, '@hypertok/vocab-gpt2');
    const file = readdirSync(folder).find((name) => name.endsWith('.htk')) as string;
    const tokenizer = await fromBytes(new Uint8Array(readFileSync(join(folder, file))), { tier: 'single' });
    return {
      encode: (texts) => texts.map((text) => tokenizer.encodeSync(text)),
      ids: (result: ArrayLike<number>[]) => result,
    };
  },
};

/** One engine, one round: printed as JSON. */
async function own(name: string, file: string, corpus: string): Promise<void> {
  const lines = linesOf(corpus);
  const cut = Math.floor(lines.length * 0.75);
  const [fresh, warm] = [lines.slice(0, cut), lines.slice(cut)];
  const engine = await (engines[name] as (typeof engines)[string])(file);
  await engine.encode(warm);
  await engine.encode(warm);
  const megabytes = fresh.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / 1e6;
  const before = process.cpuUsage();
  const result = await engine.encode(fresh);
  const { user, system } = process.cpuUsage(before);
  const speed = megabytes / ((user + system) / 1e6);
  console.log(JSON.stringify({ speed, digest: digestOf(engine.ids(result as never)) } satisfies Result));
}

function measure(command: string, args: readonly string[]): Result | undefined {
  const { stdout, stderr, status } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, RAYON_NUM_THREADS: '1', TOKENIZERS_PARALLELISM: 'false' },
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Result;
  console.error(stderr.split('\n').slice(-4).join('\n'));
  return undefined;
}

const PYTHON = process.env.PYTHON ?? 'python3';
const SCRIPT = join(import.meta.dirname, 'tokenizer_encode.py');
const run = (engine: string, file: string, corpus: string): Result | undefined =>
  engine === 'Python'
    ? measure(PYTHON, [SCRIPT, file, corpus, String(SLICE)])
    : measure(process.execPath, ['--import', 'tsx', import.meta.filename, '--own', engine, file, corpus]);

/** The files that all engines read. */
async function files(data: string, folder: string): Promise<Record<string, string>> {
  const corpora = writeCorpora(data, folder);
  const write = (name: string, json: unknown): string => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(json));
    return path;
  };
  const pieces = JSON.parse(readFileSync(join(data, 'text/tok-bert-uncased/vocab.json'), 'utf8')) as string[];
  const usual = pieces.map((piece) => {
    if (piece === '▁') return '[unused0]';
    if (piece.startsWith('[') && piece.length > 1) return piece;
    return piece.startsWith('▁') ? piece.slice(1) : `##${piece}`;
  });
  const wordpiece = (vocab: readonly string[]): unknown => ({
    version: '1.0',
    added_tokens: [],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocab.map((piece, id) => [piece, id])),
    },
  });
  const trained = async (algorithm: 'wordpiece' | 'unigram', corpus: string): Promise<unknown> => {
    const part = join(folder, 'part.txt');
    writeFileSync(part, readFileSync(corpus).subarray(-3_000_000).toString('utf8'));
    const special = algorithm === 'unigram' ? '<unk>' : '[UNK]';
    return { ...(await trainTokenizerFromFiles([part], { algorithm, vocabSize: 8000, specialTokens: [special] })) };
  };
  const gpt2 = (await loadTokenizer(join(data, 'text/tok-gpt2/encoder.json.gz'))).toJSON();
  return {
    ...corpora,
    'gpt2-en': write('gpt2', { ...gpt2, added_tokens: [] }),
    'gpt2-zh': write('gpt2', { ...gpt2, added_tokens: [] }),
    'wordpiece-en': write('wordpiece-en', wordpiece(usual)),
    'wordpiece-zh': write('wordpiece-zh', await trained('wordpiece', corpora.zh)),
    'unigram-en': write('unigram-en', await trained('unigram', corpora.en)),
    'unigram-zh': write('unigram-zh', await trained('unigram', corpora.zh)),
  };
}

async function compare(rounds: number, chosen: readonly string[]): Promise<void> {
  const data = process.env.TESSERAE_DATA?.split(':')[0];
  if (!data) throw new Error('expected TESSERAE_DATA, got nothing');
  const found = await files(data, mkdtempSync(join(tmpdir(), 'tesserae-bench-')));
  const others = existsSync(join(process.env.NPM ?? '', 'tokenizers')) ? ['npm', 'hypertok'] : [];
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} cores, ${rounds} rounds, one thread each; ratios are ours / theirs`,
  );
  const rows: Row[] = [];
  for (const name of ['gpt2-en', 'gpt2-zh', 'wordpiece-en', 'wordpiece-zh', 'unigram-en', 'unigram-zh']) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const against = ['Python', ...others.filter((one) => one !== 'hypertok' || name.startsWith('gpt2'))];
    const all = ['tesserae', 'tesserae with offsets', ...against];
    const results: Record<string, Result[]> = Object.fromEntries(all.map((one) => [one, []]));
    for (let round = 0; round < rounds; round++)
      for (const engine of all) {
        const result = run(engine, found[name] as string, found[name.slice(-2)] as string);
        if (result) results[engine]?.push(result);
      }
    const mine = results.tesserae as Result[];
    for (const engine of all) {
      const theirs = results[engine] as Result[];
      const ratios = theirs.map((one, i) => (mine[i] as Result).speed / one.speed);
      rows.push({
        row: name,
        engine,
        'MB/s': spread(theirs.map(({ speed }) => speed)),
        ratio: engine === 'tesserae' ? '' : spread(ratios),
        ids: theirs.every(({ digest }) => digest === mine[0]?.digest) ? 'equal' : 'DIFFERENT',
      });
    }
  }
  console.log(table(rows));
}

/** Loading, decoding, and texts that are hard on quadratic code; milliseconds of processor time. */
async function alone(): Promise<void> {
  const data = process.env.TESSERAE_DATA?.split(':')[0] as string;
  const found = await files(data, mkdtempSync(join(tmpdir(), 'tesserae-bench-')));
  const file = found['gpt2-en'] as string;
  const timed = (work: () => unknown): number => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e3;
  };
  const loads = Array.from({ length: 7 }, () => timed(() => tokenizerFromJson(JSON.parse(readFileSync(file, 'utf8')))));
  console.log(`load GPT-2's tokenizer.json: first ${(loads[0] as number).toFixed(0)} ms, ${spread(loads.slice(1))} ms`);
  for (const [name, corpus] of [
    ['English', found.en],
    ['Chinese', found.zh],
  ] as const) {
    const tokenizer = await loadTokenizer(file);
    const lists = linesOf(corpus as string).map((line) => tokenizer.encodeIds(line));
    const speeds = Array.from(
      { length: 7 },
      () => SLICE / 1e3 / timed(() => lists.map((ids) => tokenizer.decode(ids))),
    );
    console.log(`decode ${name} lines: ${spread(speeds.slice(1))} MB/s`);
  }
  const random = (count: number): string => {
    let state = 1;
    const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff);
    return Array.from({ length: count }, () => String.fromCharCode(97 + ((next() >> 16) % 26))).join('');
  };
  for (const name of ['gpt2-en', 'wordpiece-en', 'unigram-en'] as const) {
    for (const [what, make] of [
      ['random letters', random],
      ['one letter', (n: number) => 'a'.repeat(n)],
      ['Han', (n: number) => '的是不我一有大在人了'.repeat(n / 10)],
    ] as const) {
      const tokenizer = await loadTokenizer(found[name] as string);
      tokenizer.encodeIds('warm');
      const times = [1e4, 1e5, 1e6].map((count) => timed(() => tokenizer.encodeIds(make(count))).toFixed(0));
      console.log(`${name}, ${what}: 10,000 / 100,000 / 1,000,000 in ${times.join(' / ')} ms`);
    }
  }
}

const [first = '3', ...rest] = process.argv.slice(2);
if (first === '--own') await own(...(rest as [string, string, string]));
else if (first === '--alone') await alone();
else await compare(Number(first), rest);
