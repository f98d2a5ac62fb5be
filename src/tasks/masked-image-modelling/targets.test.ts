// What is to be painted, against the model's own loss; and balanced few labels, gains and shared encoders.
import { expect, test } from 'vitest';
import { float32, type NdArray, randomNormal, toNumbers } from '../../array/index.ts';
import { bootstrapCrossed, bootstrapInterval } from '../../data/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { type HubConfig, modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { countParts, encoderShapes } from '../compare/one-encoder.ts';
import { gainOver } from '../compare/transfer.ts';
import { runForward } from '../forward.ts';
import { balanced } from '../limited.ts';
import { patchNoise } from './noise.ts';
import { meanPatches, paintedPixels, patchShapeOf, patchTargets, squaredError } from './targets.ts';

const tower = { hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 12 };
const autoencoder = (normalizes: boolean) =>
  modelFor({
    ...{ model_type: 'vit_mae', architectures: ['ViTMAEForPreTraining'], ...tower, norm_pix_loss: normalizes },
    ...{ image_size: [8, 12], patch_size: [2, 4], num_channels: 3, decoder_hidden_size: 8 },
    ...{ decoder_num_hidden_layers: 1, decoder_num_attention_heads: 2, decoder_intermediate_size: 8 },
  });

test.each([true, false])('targets in plain loops are those of the graph (normalised: %s)', async (normalizes) => {
  const model = autoencoder(normalizes);
  const shape = patchShapeOf(model);
  const pixels = randomNormal({ seed: 1, site: 'pixels' }, [2, 3, 8, 12], 1);
  const noise = patchNoise({ seed: 1, step: 1 }, 2, 12);
  const { logits, mask, loss } = (await runForward(
    model,
    initializeParameters(parameterSpecs(model), 1),
    { pixel_values: pixels, noise },
    { want: ['logits', 'mask', 'loss'], runtime: await nodeRuntime() },
  )) as Record<string, ReturnType<typeof float32>>;
  const targets = patchTargets(pixels, shape);
  expect(targets.shape).toEqual([2, 12, 24]);
  // each picture alone, against what was painted on it
  const ofOne = (picture: number): number => {
    const part = (array: NdArray | undefined, width: number): Float32Array =>
      Float32Array.from(toNumbers(array as NdArray).slice(picture * 12 * width, (picture + 1) * 12 * width));
    return squaredError(float32([1, 12, 24], part(targets, 24)), float32([1, 12], part(mask, 1)), part(logits, 24));
  };
  expect((ofOne(0) + ofOne(1)) / 2).toBeCloseTo(loss?.data[0] as number, 5);
  // painting the target itself gives the picture back
  const whole = paintedPixels(pixels, targets, mask as ReturnType<typeof float32>, shape);
  expect(Math.max(...whole.data.map((value, i) => Math.abs(value - (pixels.data[i] as number))))).toBeLessThan(1e-5);
  const one = float32([3, 8, 12], pixels.data.slice(0, 288));
  const mean = meanPatches([one, one], shape);
  expect(Math.max(...mean.map((value, i) => Math.abs(value - (targets.data[i] as number))))).toBeLessThan(1e-6);
});

test('few labels are as many of each, seeded, and the first of more', () => {
  const examples = Array.from({ length: 60 }, (_, i) => ({ id: i, label: i < 40 ? 'a' : i < 55 ? 'b' : 'c' }));
  const count = (some: readonly { label: string }[]): number[] =>
    ['a', 'b', 'c'].map((label) => some.filter((one) => one.label === label).length);
  expect(count(balanced(examples, 9, 1))).toEqual([3, 3, 3]);
  // a label runs out: the others go on
  expect(count(balanced(examples, 30, 1))).toEqual([13, 12, 5].toSorted((a, b) => b - a));
  expect(balanced(examples, 30, 1).slice(0, 9)).toEqual(balanced(examples, 9, 1));
  expect(balanced(examples, 9, 1)).toEqual(balanced(examples, 9, 1));
  expect(balanced(examples, 9, 2)).not.toEqual(balanced(examples, 9, 1));
  expect(balanced(examples, 0, 1)).toBe(examples);
  expect(balanced(examples, 99, 1)).toHaveLength(60);
});

test('a gain is of the same examples; its interval is that of the mean', () => {
  const nothing = [Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : 0)), Array.from({ length: 400 }, () => 0)];
  const own = nothing.map((row) => row.map((value, i) => (i % 4 === 1 ? 1 : value)));
  const { gain, accuracies } = gainOver(own, nothing);
  expect(gain).toBeCloseTo(0.25, 10);
  expect(accuracies).toEqual([0.75, 0.25]);
  expect(gainOver(own, own)).toMatchObject({ gain: 0, interval: [0, 0] });
  // one repetition: the plain bootstrap of a share, ± 1.96 · sqrt(p (1 − p) / n)
  const [row] = own as [number[]];
  const half = 1.96 * Math.sqrt((0.75 * 0.25) / 400);
  const [low, high] = bootstrapCrossed([row], { samples: 4000 });
  expect(low).toBeCloseTo(0.75 - half, 2);
  expect(high).toBeCloseTo(0.75 + half, 2);
  // seeds that differ widen it
  const width = ([from, to]: readonly [number, number]): number => to - from;
  expect(width(bootstrapCrossed(own))).toBeGreaterThan(2 * width(bootstrapInterval(own.flat())));
});

test('the encoder of texts, pictures and sounds has the same parameters', () => {
  const family = (more: HubConfig) => parameterSpecs(modelFor({ ...tower, ...more }));
  const words = { vocab_size: 9, max_position_embeddings: 8 };
  const all = [
    family({
      model_type: 'roberta-prelayernorm',
      architectures: ['RobertaPreLayerNormForSequenceClassification'],
      ...words,
    }),
    family({ model_type: 'vit', architectures: ['ViTForImageClassification'], image_size: 8, patch_size: 4 }),
    family({
      ...{ model_type: 'audio-spectrogram-transformer', architectures: ['ASTForAudioClassification'] },
      ...{ num_mel_bins: 16, max_length: 16, patch_size: 8, frequency_stride: 8, time_stride: 8 },
    }),
  ];
  const [first] = all.map(encoderShapes);
  expect(Object.keys(first ?? {})).toHaveLength(18);
  for (const specs of all) expect(encoderShapes(specs)).toEqual(first);
  // 4 · (8·8 + 8) attention, 8·12 + 12 + 12·8 + 8 feed-forward, 2 · 16 norms, 16 the norm behind them
  for (const specs of all) expect(countParts(specs).encoder_parameters).toBe(288 + 212 + 32 + 16);
  const after = family({ model_type: 'bert', architectures: ['BertForSequenceClassification'], ...words });
  expect(encoderShapes(after)).not.toEqual(first);
});
