// Originals of every modality: read as the model reads them, and with each token where it says it is. The proof: an input with something in
// one corner only changes exactly the tokens whose places touch that corner.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { float32, int64, type NdArray } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { type Explanation, explainPage, explanationJson, METHODS } from '../src/lens/index.ts';
import { type Model, modelFor, parameterSpecs } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { dnaTokenizer } from '../src/tasks/dna-classification/spelling.ts';
import { type DrawnOriginal, readOriginal } from '../src/tasks/index.node.ts';
import { Explainer, explainOriginal } from '../src/tasks/index.ts';
import { pngOf } from '../src/tokens/index.node.ts';
import { type Place, picture, trainTokenizerJson } from '../src/tokens/index.ts';
import { greyMp4 } from './coded-media.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-originals-'));
const tiny = {
  hidden_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 16,
  initializer_range: 0.3,
};
const labels = { id2label: { 0: 'a', 1: 'b', 2: 'c' } };
const pictureProcessor = {
  image_processor_type: 'ViTImageProcessor',
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
};

function folder(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = join(dir, name);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

const processor = (json: object) => ({ 'preprocessor_config.json': JSON.stringify(json) });

async function frame(shade: number): Promise<Uint8Array> {
  return pngOf(picture(20, 20, 3, new Uint8Array(1200).fill(shade)));
}

/** One second of a tone, 16 bits, 16 kHz. */
function wav(): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(44 + 32_000));
  const word = (at: number, text: string): void => {
    for (const [i, c] of [...text].entries()) bytes.setUint8(at + i, c.charCodeAt(0));
  };
  for (const [at, text] of [
    [0, 'RIFF'],
    [8, 'WAVEfmt '],
    [36, 'data'],
  ] as const)
    word(at, text);
  for (const [at, value] of [
    [4, 32_036],
    [16, 16],
    [24, 16_000],
    [28, 32_000],
    [40, 32_000],
  ] as const)
    bytes.setUint32(at, value, true);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    bytes.setUint16(at, value, true);
  for (let i = 0; i < 16_000; i++) bytes.setInt16(44 + 2 * i, 9000 * Math.sin(i / 5), true);
  return new Uint8Array(bytes.buffer);
}

/** Everything asked, on random weights, and the page. */
async function explained(model: Model, original: DrawnOriginal): Promise<Explanation> {
  const parameters = initializeParameters(parameterSpecs(model), 1);
  const explainer = new Explainer(model, original.inputs, { runtime: await nodeRuntime(), session: { threads: 1 } });
  const { explanation } = await explainOriginal(explainer, { model, parameters }, original, {
    methods: METHODS,
    pathSteps: 2,
    judge: { steps: 2, orders: 2 },
  });
  await explainer.release();
  expect(JSON.parse(JSON.stringify(explanationJson(explanation))).places).toHaveLength(explanation.tokens.length);
  expect(explainPage(explanation, original.scene)).toContain(original.scene.kind);
  for (const { relevance } of Object.values(explanation.maps)) expect(relevance.every(Number.isFinite)).toBe(true);
  return explanation;
}

/** Tokens that a change of the input at `at` (an index into its data) reaches before the first block. */
async function touched(model: Model, original: DrawnOriginal, at: number): Promise<number[]> {
  const parameters = initializeParameters(parameterSpecs(model), 1);
  const explainer = new Explainer(model, original.inputs, { runtime: await nodeRuntime(), session: { threads: 1 } });
  const [name, array] = Object.entries(original.inputs)[0] as [string, NdArray];
  const data = new Float32Array(array.data.length);
  data[at] = 3;
  const question = { inputs: { [name]: float32(array.shape, data) }, blank: original.blank };
  const { stream, blank } = await explainer.capture(parameters, question);
  await explainer.release();
  const [tokens = 0, width = 0] = stream.shape;
  return Array.from({ length: tokens }, (_, t) => t).filter((t) =>
    stream.data
      .slice(t * width, (t + 1) * width)
      .some((value, i) => Math.abs(value - (blank.data[t * width + i] as number)) > 1e-5),
  );
}

const holding = (original: DrawnOriginal, holds: (place: Place) => boolean): number[] =>
  original.places.flatMap((place, t) => (place && holds(place) ? [t] : []));

test('a picture', async () => {
  const model = modelFor({
    architectures: ['ViTForImageClassification'],
    model_type: 'vit',
    image_size: 20,
    patch_size: 5,
    ...tiny,
    ...labels,
  });
  const at = folder('picture', {
    ...processor({ ...pictureProcessor, size: { height: 20, width: 20 } }),
    'one.png': await frame(200),
  });
  const original = await readOriginal({ dir: at, model }, join(at, 'one.png'));
  expect(original).toMatchObject({
    modality: 'image',
    grid: [4, 4],
    scene: { kind: 'pictures', width: 20, height: 20 },
  });
  const [x, y] = [13, 6];
  const found = holding(
    original,
    (p) => p.kind === 'box' && p.left <= x && x < p.left + p.width && p.top <= y && y < p.top + p.height,
  );
  expect(await touched(model, original, 20 * y + x)).toEqual(found);
  expect(found).toEqual([1 + 4 + 2]);
  expect((await explained(model, original)).distance).toHaveLength(2);
});

test('a sound: overlapping patches of a spectrogram, with seconds and hertz', async () => {
  const model = modelFor({
    architectures: ['ASTForAudioClassification'],
    model_type: 'audio-spectrogram-transformer',
    num_mel_bins: 16,
    max_length: 24,
    patch_size: 8,
    frequency_stride: 4,
    time_stride: 6,
    ...tiny,
    ...labels,
  });
  const json = {
    feature_extractor_type: 'ASTFeatureExtractor',
    num_mel_bins: 16,
    max_length: 24,
    sampling_rate: 16_000,
  };
  const at = folder('sound', { ...processor(json), 'tone.wav': wav() });
  const original = await readOriginal({ dir: at, model }, join(at, 'tone.wav'));
  expect(original).toMatchObject({
    modality: 'audio',
    grid: [3, 3],
    scene: { kind: 'spectrogram', width: 24, height: 16 },
  });
  const [time, bin] = [7, 5];
  const found = holding(
    original,
    (p) =>
      p.kind === 'band' &&
      p.startFrame <= time &&
      time < p.startFrame + p.frames &&
      p.startBin <= bin &&
      bin < p.startBin + p.bins,
  );
  expect(found).toHaveLength(4);
  expect(await touched(model, original, 16 * time + bin)).toEqual(found);
  await explained(model, original);
});

test('a clip: tubes of two shapes', async () => {
  const tubes = [
    { size: [2, 4, 4], stride: [2, 4, 4], offset: [0, 0, 0] },
    { size: [4, 3, 3], stride: [4, 6, 6], offset: [0, 1, 1] },
  ];
  const model = modelFor({
    architectures: ['TubeViTForVideoClassification'],
    model_type: 'tube-vit',
    num_frames: 4,
    image_size: 12,
    kernel_size: [2, 4, 4],
    tubes,
    ...tiny,
    ...labels,
  });
  const at = folder('clip', processor({ ...pictureProcessor, size: { height: 12, width: 12 } }));
  const frames = folder('clip/frames', {});
  for (let i = 0; i < 6; i++) writeFileSync(join(frames, `${i}.png`), await frame(40 * i));
  const original = await readOriginal({ dir: at, model }, frames);
  expect(original).toMatchObject({ modality: 'video', scene: { kind: 'pictures', width: 12, height: 12 } });
  expect(original.places).toHaveLength(1 + 2 * 9 + 4);
  const [t, y, x] = [3, 2, 8];
  const inside = (from: number, size: number, value: number) => from <= value && value < from + size;
  const found = holding(
    original,
    (p) =>
      p.kind === 'tube' && inside(p.start, p.frames, t) && inside(p.top, p.height, y) && inside(p.left, p.width, x),
  );
  expect(found).toHaveLength(2);
  // [1, F, C, H, W], first channel
  expect(await touched(model, original, t * 3 * 144 + y * 12 + x)).toEqual(found);
  const { maps } = await explained(model, original);
  // attention pooling reads every token
  expect(maps.attention?.relevance.every((value) => value > 0)).toBe(true);
});

test('DNA', async () => {
  const model = modelFor({
    architectures: ['BertForSequenceClassification'],
    model_type: 'bert',
    vocab_size: 80,
    max_position_embeddings: 64,
    ...tiny,
    ...labels,
  });
  const tokenizer = trainTokenizerJson(['ACGTTGCAAGGCTTAC'.repeat(8)], { algorithm: 'kmer', k: 3, vocabSize: 80 });
  const at = folder('dna', {
    'tokenizer.json': JSON.stringify(tokenizer),
    'one.fa': '>first\nACGTTGCA\nAGGC\n',
    'two.fa': '>first\nACGTTGCAAGGC\n>second\nTTTT\n',
  });
  await expect(readOriginal({ dir: at, model }, join(at, 'two.fa'))).rejects.toThrow(
    `sequence: expected a file with one sequence, got 2 (${join(at, 'two.fa')})`,
  );
  const original = await readOriginal({ dir: at, model }, join(at, 'one.fa'));
  expect(original).toMatchObject({
    modality: 'dna',
    source: 'one.fa',
    scene: { kind: 'letters', text: 'ACGTTGCAAGGC' },
  });
  for (const [t, place] of original.places.entries())
    if (place?.kind === 'span')
      expect('ACGTTGCAAGGC'.slice(place.start, place.end).toUpperCase()).toBe(original.tokens[t]?.toUpperCase());
  await explained(model, original);
  await expect(readOriginal({ dir: at, model }, '')).rejects.toThrow('expected a text with at least one token');
});

test('DNA spelled as overlapping words, as its runs are: places are bases', async () => {
  const model = modelFor({
    architectures: ['BertForSequenceClassification'],
    model_type: 'bert',
    vocab_size: 69,
    max_position_embeddings: 64,
    ...tiny,
    ...labels,
  });
  const tokenizer = dnaTokenizer([], { kind: 'kmer', k: 3, overlap: true, vocabSize: 69 });
  const spelling = { kind: 'kmer', k: 3, overlap: true };
  const at = folder('kmers', { 'tokenizer.json': JSON.stringify(tokenizer.toJSON()), ...processor({ spelling }) });
  const { places, tokens, modality } = await readOriginal({ dir: at, model }, 'ACGTTGCA');
  expect(modality).toBe('dna');
  const spans = places.flatMap((place) => (place?.kind === 'span' ? [[place.start, place.end]] : []));
  expect(spans).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
    [3, 6],
    [4, 7],
    [5, 8],
  ]);
  expect(tokens.slice(1, 7)).toEqual(['ACG', 'CGT', 'GTT', 'TTG', 'TGC', 'GCA']);
});

test('an address is read as its file is, whatever the sense', async () => {
  const classifier = (config: object) => modelFor({ ...tiny, ...labels, ...config } as never);
  const bases = {
    architectures: ['BertForSequenceClassification'],
    model_type: 'bert',
    vocab_size: 80,
    max_position_embeddings: 64,
  };
  const clips = {
    ...{ architectures: ['TubeViTForVideoClassification'], model_type: 'tube-vit', num_frames: 4, image_size: 12 },
    tubes: [{ size: [2, 4, 4], stride: [2, 4, 4], offset: [0, 0, 0] }],
    kernel_size: [2, 4, 4],
  };
  const sounds = {
    ...{ architectures: ['ASTForAudioClassification'], model_type: 'audio-spectrogram-transformer', patch_size: 8 },
    ...{ num_mel_bins: 16, max_length: 24, frequency_stride: 4, time_stride: 6 },
  };
  const shades = Array.from({ length: 6 }, (_, i) => new Uint8Array(256).fill(40 * i));
  const cases = [
    {
      model: classifier({
        architectures: ['ViTForImageClassification'],
        model_type: 'vit',
        image_size: 8,
        patch_size: 4,
      }),
      files: processor({ ...pictureProcessor, size: { height: 8, width: 8 } }),
      original: ['a.png', await frame(90)],
    },
    {
      model: classifier(sounds),
      files: processor({ feature_extractor_type: 'ASTFeatureExtractor', num_mel_bins: 16, max_length: 24 }),
      original: ['tone.wav', wav()],
    },
    {
      model: classifier(clips),
      files: processor({ ...pictureProcessor, size: { height: 12, width: 12 } }),
      original: ['clip.mp4', await greyMp4(16, shades)],
    },
    {
      model: classifier(bases),
      files: {
        ...processor({ spelling: { kind: 'kmer', k: 3, overlap: true } }),
        'tokenizer.json': JSON.stringify(
          dnaTokenizer([], { kind: 'kmer', k: 3, overlap: true, vocabSize: 69 }).toJSON(),
        ),
      },
      original: ['one.fa', Buffer.from('>first\nACGTTGCA\nAGGC\n')],
    },
  ] as const;
  const server = createServer(({ url = '' }, response) => {
    const found = cases.find(({ original: [name] }) => url === `/some/${name}?x=1`);
    response.writeHead(found ? 200 : 404).end(found?.original[1]);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}/some`;
  for (const { model, files, original } of cases) {
    const [name, content] = original;
    const at = folder(`address-${name}`, { ...files, [name]: content });
    const path = join(at, name);
    const expected = await readOriginal({ dir: at, model }, path);
    expect(expected.source).toBe(name);
    for (const address of [`${host}/${name}?x=1`, pathToFileURL(path).href])
      expect(await readOriginal({ dir: at, model }, address)).toEqual(expected);
    const data = `data:application/octet-stream;base64,${readFileSync(path).toString('base64')}`;
    expect(await readOriginal({ dir: at, model }, data)).toEqual({ ...expected, source: 'data:' });
    await expect(readOriginal({ dir: at, model }, `${host}/none`)).rejects.toThrow(
      `expected a file, got status 404 (${host}/none)`,
    );
  }
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

test('models that cannot be explained say why', async () => {
  const tagger = modelFor({
    ...{
      architectures: ['BertForTokenClassification'],
      model_type: 'bert',
      vocab_size: 80,
      max_position_embeddings: 64,
    },
    ...tiny,
    ...labels,
  });
  expect(() => new Explainer(tagger, { input_ids: int64([1, 2], [1, 2]) }, { runtime: {} as never })).toThrow(
    /one score per class, logits \[batch, classes\], or an encoder without a head .*got logits \[batch, tokens, 3\] \(BertForTokenClassification\)/,
  );
  const two = modelFor({ architectures: ['CLIPModel'], model_type: 'clip', text_config: {}, vision_config: {} });
  await expect(readOriginal({ dir, model: two }, 'x')).rejects.toThrow(
    'expected a classifier of pictures, clips, sounds or texts',
  );
  const vit = modelFor({ architectures: ['ViTForImageClassification'], model_type: 'vit', ...tiny, ...labels });
  await expect(readOriginal({ dir, model: vit }, 'x')).rejects.toThrow('expected preprocessor_config.json');
});
