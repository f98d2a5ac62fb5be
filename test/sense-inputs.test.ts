// What pipelines and commands of the senses read: folders, paths, addresses, bytes, decoded arrays; what they do with broken files. The
// models are tiny and untrained: every answer is compared with that of the file alone.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Random } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { main } from '../src/cli/main.ts';
import { DataError } from '../src/data/index.ts';
import { modelFor, parameterSpecs, toFileNames } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { answerInTurn, type GivenInput, pipeline } from '../src/tasks/index.node.ts';
import { loadPicture, pngOf } from '../src/tokens/index.node.ts';
import { picture, UnitsError } from '../src/tokens/index.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures', 'pipelines');
const vit = join(FIXTURES, 'vit-classes');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-inputs-'));
const folder = join(dir, 'folder');
const [first, second, tenth, broken] = [
  join(folder, 'a', '2.png'),
  join(folder, 'a', '10.png'),
  join(folder, 'b.png'),
  join(folder, 'a', '3.png'),
];
afterAll(() => rmSync(dir, { recursive: true, force: true }));

beforeAll(async () => {
  mkdirSync(join(folder, 'a'), { recursive: true });
  const random = new Random({ seed: 1, site: 'sense-inputs' });
  for (const path of [first, second, tenth])
    writeFileSync(
      path,
      await pngOf(
        picture(
          9,
          7,
          3,
          Uint8Array.from({ length: 189 }, () => random.integer(256)),
        ),
      ),
    );
  writeFileSync(broken, 'no picture at all');
  writeFileSync(join(folder, 'notes.txt'), 'of no concern');
});

/** Equal in everything, numbers to 1e-5: what goes through the model together is summed in another order. */
function expectClose(ours: unknown, theirs: unknown): void {
  if (typeof theirs === 'number') expect(Math.abs((ours as number) - theirs)).toBeLessThan(1e-5);
  else if (typeof theirs === 'object' && theirs !== null) {
    expect(Object.keys(ours as object)).toEqual(Object.keys(theirs));
    for (const [key, value] of Object.entries(theirs)) expectClose((ours as Record<string, unknown>)[key], value);
  } else expect(ours).toEqual(theirs);
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly lines: readonly Record<string, unknown>[];
  readonly err: string;
}

/** One command line in this process. */
async function tesserae(argv: readonly string[], input = ''): Promise<Ran> {
  const written = { out: '', err: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((written.out += String(text)))),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((written.err += String(text)))),
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([Buffer.from(input)]) as typeof process.stdin),
  ];
  await main(argv);
  for (const spy of spies) spy.mockRestore();
  const code = Number(process.exitCode ?? 0);
  process.exitCode = 0;
  const isLines = written.out.startsWith('{');
  return {
    ...written,
    code,
    lines: isLines
      ? written.out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [],
  };
}

test('a folder is one JSON line a file, in the order of names; a broken one is told with its path, and left out or fatal by choice', async () => {
  const classify = await pipeline('image-classification', vit);
  const alone = [];
  for (const path of [first, second, tenth]) alone.push({ path, result: await classify(path) });
  await classify.dispose();
  expect(new Set(alone.map(({ result }) => JSON.stringify(result))).size).toBe(3);

  const skipped = await tesserae(['pipeline', 'image-classification', vit, folder, '--on-broken', 'skip']);
  expect(skipped.code).toBe(0);
  expectClose(skipped.lines, alone);
  expect(skipped.err).toContain(`left out: `);
  expect(skipped.err).toContain(`(${broken})`);
  expect(skipped.err).toContain('left out 1 of 4');
  expect(skipped.err).toContain('passed over files that are no pictures by their ending: .txt (1)');
  const document = await tesserae(['pipeline', 'image-classification', vit, folder, '--on-broken', 'skip', '--json']);
  expectClose(JSON.parse(document.out), alone);

  const failed = await tesserae(['pipeline', 'image-classification', vit, folder]);
  expect([failed.code, failed.lines.map(({ path }) => path)]).toEqual([1, [first]]);
  expect(failed.err).toContain(`(${broken})`);

  const asked = await tesserae(['predict', vit, folder, '--on-broken', 'skip']);
  expectClose(
    asked.lines,
    alone.map(({ path, result: [best] }) => ({ path, ...best })),
  );
  const named = await tesserae(
    ['predict', vit, '--jsonl'],
    `${JSON.stringify({ path: second })}\n{"path":"${first}"}\n`,
  );
  expectClose(named.lines, [asked.lines[1], asked.lines[0]]);
});

test('what stands in the way is said', async () => {
  const empty = join(dir, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'x.txt'), 'x');
  const none = await tesserae(['predict', vit, empty]);
  expect([none.code, none.err]).toEqual([
    1,
    expect.stringMatching(/expected pictures in the folder, got none.*\.txt \(1\)/),
  ]);
  const word = await tesserae(['predict', vit, folder, '--on-broken', 'maybe']);
  expect([word.code, word.err]).toEqual([
    2,
    expect.stringContaining("--on-broken: expected skip or fail, got 'maybe'"),
  ]);
  const all = await tesserae(['predict', vit, broken, '--on-broken', 'skip']);
  expect([all.code, all.err]).toEqual([1, expect.stringContaining('expected one of 1 inputs to be whole, got none')]);
  const texts = await tesserae([
    'pipeline',
    'fill-mask',
    join(FIXTURES, 'bert-words'),
    'the [MASK]',
    '--on-broken',
    'skip',
  ]);
  expect([texts.code, texts.err]).toEqual([2, expect.stringContaining('expected a task that reads files')]);
  const field = await tesserae(['predict', vit, '--jsonl'], '{"file":"x.png"}\n');
  expect([field.code, field.err]).toEqual([1, expect.stringContaining('expected text or path')]);
});

test('image-feature-extraction of a folder: the states of each file, whatever their number', async () => {
  const many = join(dir, 'many');
  mkdirSync(many);
  for (let i = 0; i < 19; i++) cpSync([first, second, tenth][i % 3] as string, join(many, `${i}.png`));
  const extract = await pipeline('image-feature-extraction', vit);
  const alone = [];
  for (const path of [first, second, tenth]) alone.push((await extract(path)).tolist());
  const paths = Array.from({ length: 19 }, (_, i) => join(many, `${i}.png`));
  const together = await extract(paths);
  expect(together.dims[0]).toBe(19);
  await extract.dispose();
  const { lines } = await tesserae(['pipeline', 'image-feature-extraction', vit, many]);
  expect(lines.map(({ path }) => path)).toEqual(paths);
  for (const [i, { result }] of lines.entries()) {
    expectClose([result], alone[i % 3]);
    expectClose([[...together][i]?.tolist()], alone[i % 3]);
  }
});

test('addresses, bytes and decoded arrays give what the path gives; what an address does not give is said', async () => {
  const server = createServer((request, response) => {
    const name = request.url?.slice(1) ?? '';
    if (name === 'none.png') response.writeHead(404).end();
    else response.end(readFileSync(name === 'broken.png' ? broken : first));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const classify = await pipeline('image-classification', vit);
  const expected = await classify(first);
  const decoded = await loadPicture(first);
  for (const input of [`${at}/first.png`, new URL(`${at}/first.png`), new Uint8Array(readFileSync(first)), decoded])
    expect(await classify(input)).toEqual(expected);
  const bytes = readFileSync(first);
  const { height, width, channels, data } = decoded;
  const others = [
    new Blob([bytes]),
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    `data:image/png;base64,${bytes.toString('base64')}`,
    { height, width, channels, data: new Uint8ClampedArray(data) } as never,
  ];
  for (const input of others) expect(await classify(input)).toEqual(expected);
  for (const [input, message] of [
    [null, 'got null (input 1)'],
    [5, 'got 5 (input 1)'],
    [{}, 'got an object with nothing (input 1)'],
    [{ dtype: 'uint8', shape: [2, 2, 3], data }, 'got an object with dtype, shape, data (input 1)'],
    [{ height, width, channels: 2, data }, 'expected 1, 3 or 4 channels, got 2 (input 1)'],
    [{ height, width, channels, data: data.slice(1) }, `got ${data.length - 1} (input 1)`],
    [{ height, width, channels, data: Array.from(data) }, 'whose data are bytes (Uint8Array), got a Array (input 1)'],
  ] as const) {
    await expect(classify(input as never)).rejects.toThrow(DataError);
    await expect(classify(input as never)).rejects.toThrow(message);
  }
  await expect(classify(`${at}/none.png`)).rejects.toThrow(`got status 404 (${at}/none.png)`);
  await expect(classify(`${at}/broken.png`)).rejects.toThrow(`(${at}/broken.png)`);
  await expect(classify(new Float32Array(3) as never)).rejects.toThrow('or a decoded original, got 3 numbers');
  const named = await tesserae(['predict', vit, '--jsonl'], `{"path":"${at}/first.png"}\n`);
  expect(named.lines).toMatchObject([{ path: `${at}/first.png`, label: expected[0]?.label }]);
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await expect(classify(`${at}/first.png`)).rejects.toThrow(DataError);
  await expect(classify(`${at}/first.png`)).rejects.toThrow(`(${at}/first.png)`);
  await classify.dispose();
});

test('samples as bare numbers are a sound at the rate of the model', async () => {
  const ast = join(dir, 'ast');
  const model = modelFor({
    ...{ architectures: ['ASTForAudioClassification'], model_type: 'audio-spectrogram-transformer' },
    ...{ num_mel_bins: 16, max_length: 32, patch_size: 8, frequency_stride: 8, time_stride: 8, hidden_size: 12 },
    ...{ num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 16, id2label: { 0: 'low', 1: 'high' } },
  });
  await saveCheckpoint(ast, {
    config: model.config,
    arrays: toFileNames(model, initializeParameters(parameterSpecs(model), 3)),
    files: {
      'preprocessor_config.json': JSON.stringify({
        ...{ feature_extractor_type: 'ASTFeatureExtractor', num_mel_bins: 16, max_length: 32, sampling_rate: 8000 },
        ...{ mean: -4, std: 4, do_normalize: true },
      }),
    },
  });
  const samples = Float32Array.from({ length: 2400 }, (_, i) => Math.sin(i / 3) / 2);
  const classify = await pipeline('audio-classification', ast);
  const [bare, whole, slower] = [
    await classify(samples),
    await classify({ rate: 8000, channels: [samples] }),
    await classify({ rate: 4000, channels: [samples] }),
  ];
  expect(bare).toEqual(whole);
  expect(bare).not.toEqual(slower);
  await classify.dispose();
});

test('a folder of FASTA files is one line a record, with its name', async () => {
  const { sequencesBehind } = await import('../src/tasks/dna-classification/inputs.node.ts');
  const genes = join(dir, 'genes');
  mkdirSync(genes);
  writeFileSync(join(genes, 'b.fa'), '>one first\nACGT\nAC\n>two\nGGTT\n');
  writeFileSync(join(genes, 'a.fasta'), '>protein\nMKVLAEF\n');
  const left: string[] = [];
  const found: GivenInput[] = [];
  for await (const one of sequencesBehind(genes, { onBroken: ({ id }) => left.push(id) })) found.push(one);
  expect(found).toEqual([
    { input: 'ACGTAC', path: join(genes, 'b.fa'), name: 'one' },
    { input: 'GGTT', path: join(genes, 'b.fa'), name: 'two' },
  ]);
  expect(left).toEqual([join(genes, 'a.fasta')]);
  await expect(
    (async () => {
      for await (const one of sequencesBehind(genes)) found.push(one);
    })(),
  ).rejects.toThrow(/a\.fasta/);
  for await (const one of sequencesBehind('ACGT')) expect(one).toEqual({ input: 'ACGT' });
});

test('no more originals are asked for than are answered together, and the rest of a window with a broken one has its answers', async () => {
  let asked = 0;
  const inputs = async function* (): AsyncGenerator<GivenInput> {
    for (let i = 0; i < 1000; i++) {
      asked++;
      yield { input: `${i}`, path: `${i}.png` };
    }
  };
  const sizes: number[] = [];
  const answer = async (some: readonly string[]): Promise<string[]> => {
    sizes.push(some.length);
    if (some.includes('5')) throw new UnitsError('loadPicture: expected a picture, got none');
    return some.map((one) => `<${one}>`);
  };
  const left: string[] = [];
  const answers: string[] = [];
  const options = { atOnce: 4, onBroken: ({ error }: { error: Error }) => left.push(error.message) };
  for await (const { answer: own, given } of answerInTurn(inputs(), answer, options)) {
    expect(own).toBe(`<${given.input}>`);
    answers.push(own);
    if (answers.length === 8) break;
  }
  expect(answers).toEqual(['<0>', '<1>', '<2>', '<3>', '<4>', '<6>', '<7>', '<8>']);
  expect(left).toEqual(['loadPicture: expected a picture, got none (5.png)']);
  expect([asked, sizes]).toEqual([12, [4, 4, 1, 1, 1, 1, 4]]);
  // what is no file's fault is never taken for a broken file
  const mistaken = answerInTurn(inputs(), async () => Promise.reject(new TypeError('a mistake')), options);
  await expect(mistaken.next()).rejects.toThrow(TypeError);
});
