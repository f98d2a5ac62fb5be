// Pictures, sound, clips and DNA: what is refused and how, and the rules that golden results cannot show.
import { expect, test } from 'vitest';
import { float32, int64 } from '../array/index.ts';
import type { HubConfig } from './architecture.ts';
import { modelFor } from './registry.ts';
import { settle } from './settle.ts';
import { PAPER_TUBES, tubeGrid } from './tube-vit/config.ts';
import { tubePositions } from './tube-vit/embedding.ts';

const tower = { hidden_size: 12, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 10 };
const vit: HubConfig = { model_type: 'vit', ...tower, image_size: [8, 12], patch_size: 4 };
const given = (...shape: number[]) => float32(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));

test('pictures of another size or channel count are refused, unless positions may follow', () => {
  const model = modelFor(vit);
  expect(() => settle(model, { pixel_values: given(1, 3, 9, 12) })).toThrow(
    'expected [batch, 3, 8, 12] (config.image_size), got 9×12; give interpolate_pos_encoding = 1',
  );
  expect(() => settle(model, { pixel_values: given(1, 1, 8, 12) })).toThrow(
    'expected [batch, 3, 8, 12], got [1, 1, 8, 12]',
  );
  const larger = { pixel_values: given(1, 3, 17, 23), interpolate_pos_encoding: int64([], [1]) };
  const settled = settle(model, larger);
  expect(Object.keys(settled.inputs)).toEqual(['pixel_values']);
  expect(settled.model.layout).toEqual({ special: 1, grid: [4, 5], learned: [2, 3], patch: [4, 4], stride: [4, 4] });
  expect(() => settle(model, { ...larger, interpolate_pos_encoding: int64([], [2]) })).toThrow('0 or 1, got 2');
  expect(() => settle(model, { ...larger, interpolate_pos_encoding: int64([2], [1, 1]) })).toThrow(
    'one number, 0 or 1',
  );
});

test('configurations that cannot be are refused by their field', () => {
  expect(() => modelFor({ ...vit, patch_size: [4, 0] })).toThrow('config.patch_size');
  expect(() => modelFor({ ...vit, image_size: '8' })).toThrow('config.image_size');
  expect(() => modelFor({ ...vit, architectures: ['ViTForVideo'] })).toThrow('ViTForMaskedImageModeling');
  const tube = { model_type: 'tube-vit', ...tower };
  expect(() => modelFor({ ...tube, num_frames: 16, image_size: 112 })).toThrow('config.tubes[1]');
  expect(() => modelFor({ ...tube, hidden_size: 16 })).toThrow(
    /multiple of 6, got 16 .*\nTake 12 or 24; a model of pictures that it starts from must be as wide/,
  );
  expect(() => modelFor({ ...tube, tubes: [{ size: [1, 2] }] })).toThrow(
    'config.tubes[0].size: expected three whole numbers',
  );
});

test('spectrograms of another length are refused with what to do', () => {
  const ast = modelFor({ model_type: 'audio-spectrogram-transformer', ...tower, max_length: 30, num_mel_bins: 20 });
  expect(() => settle(ast, { input_values: given(1, 29, 20) })).toThrow('expected [batch, 30, 20]');
  expect(ast.layout?.grid).toEqual([1, 2]);
});

test("the paper's tubes give 539 tokens, with positions in frames and pixels", () => {
  const clip = [32, 224, 224] as const;
  const counts = PAPER_TUBES.map((tube) => tubeGrid(tube, clip).reduce((a, b) => a * b, 1));
  expect(counts).toEqual([98, 147, 98, 196]);
  const { shape, data } = tubePositions(PAPER_TUBES, clip, 96);
  expect(shape).toEqual([1, 540, 96]);
  expect(Array.from(data.slice(0, 96))).toEqual(new Array(96).fill(0));
  // second token: frame 4, row 4, column 32 + 4
  expect(data[96 * 2]).toBeCloseTo(Math.sin(4), 6);
  expect(data[96 * 2 + 64]).toBeCloseTo(Math.sin(36), 6);
});

test('a MosaicBERT is told from a BERT by its ALiBi', () => {
  const bert = { model_type: 'bert', ...tower, vocab_size: 9, max_position_embeddings: 8 };
  expect(modelFor(bert).maxLength).toBe(8);
  expect(modelFor({ ...bert, alibi_starting_size: 512 }).maxLength).toBeUndefined();
});
