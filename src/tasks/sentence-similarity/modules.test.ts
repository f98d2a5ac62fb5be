// What folders of sentence-transformers ask for behind the encoder, against sentence-transformers 6.2 on the same folders.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fixture } from '../../../test/speaking.ts';
import { float32 } from '../../array/index.ts';
import { encodeSafetensors } from '../../checkpoints/index.ts';
import { DataError } from '../../data/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { openSentenceEncoder } from '../index.node.ts';
import { cosines } from './sentence-encoder.node.ts';

const TEXTS = ['The cat sat on the mat.', 'this is good', 'A big red dog, not a small blue cat!'];
const runtime = await nodeRuntime();
const dir = mkdtempSync(join(tmpdir(), 'tesserae-modules-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
cpSync(fixture('pipelines', 'bert-words'), dir, { recursive: true });
const write = (path: string, content: unknown): void => writeFileSync(join(dir, path), JSON.stringify(content));

const TANH = 'torch.nn.modules.activation.Tanh';
/** A dense layer whose weights are sines and cosines. */
function dense(folder: string, inner: number, outer: number, phase: number, more: object): void {
  mkdirSync(join(dir, folder), { recursive: true });
  write(join(folder, 'config.json'), { in_features: inner, out_features: outer, ...more });
  const values = (length: number, of: (x: number) => number): number[] =>
    Array.from({ length }, (_, i) => of(i + phase));
  const arrays = {
    'linear.weight': float32([outer, inner], values(inner * outer, Math.sin)),
    ...('bias' in more ? {} : { 'linear.bias': float32([outer], values(outer, Math.cos)) }),
  };
  writeFileSync(join(dir, folder, 'model.safetensors'), encodeSafetensors(arrays));
}
const pooling = (config: object): void => write('1_Pooling/config.json', { embedding_dimension: 12, ...config });
mkdirSync(join(dir, '1_Pooling'));
pooling({ pooling_mode: 'mean', include_prompt: true });
dense('2_Dense', 12, 5, 0, { activation_function: TANH });
dense('4_Dense', 5, 4, 1, { bias: false, activation_function: 'torch.nn.modules.linear.Identity' });

/** `modules.json`, names as of version 5 or 6. */
function list(...modules: readonly (readonly [type: string, path: string])[]): void {
  write(
    'modules.json',
    modules.map(([type, path], idx) => ({ idx, name: `${idx}`, path, type: `sentence_transformers.${type}` })),
  );
}
const FIRST = [
  ['base.modules.transformer.Transformer', ''],
  ['sentence_transformer.modules.pooling.Pooling', '1_Pooling'],
] as const;

/** Cosines of the first text with the others. */
async function close(): Promise<number[]> {
  const encoder = await openSentenceEncoder(dir, { runtime });
  const [first, ...others] = await encoder.embed(TEXTS);
  await encoder.release();
  return cosines(first ? [first] : [], others)[0] as number[];
}
async function expectClose(expected: readonly number[]): Promise<void> {
  for (const [i, value] of (await close()).entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
}

test.each([
  ['mean', [0.92107749, 0.96382332]],
  ['cls', [0.83763087, 0.9092871]],
  ['lasttoken', [0.92538965, 0.96321195]],
] as const)('pooling_mode %s of version 6', async (pooling_mode, expected) => {
  list(...FIRST);
  pooling({ pooling_mode, include_prompt: true });
  await expectClose(expected);
  pooling({ pooling_mode: [pooling_mode] });
  await expectClose(expected);
});

test('dense layers and scalings, in their order', async () => {
  pooling({ pooling_mode: 'mean' });
  list(...FIRST, ['models.Dense', '2_Dense']);
  await expectClose([0.96020919, 0.99929583]);
  list(...FIRST, ['models.Dense', '2_Dense'], ['base.modules.dense.Dense', '4_Dense']);
  await expectClose([0.967704, 0.99764508]);
  list(...FIRST, ['models.Normalize', '3_Normalize'], ['models.Dense', '2_Dense']);
  await expectClose([0.97506362, 0.99926913]);
  // no activation said: the hyperbolic tangent
  dense('2_Dense', 12, 5, 0, {});
  await expectClose([0.97506362, 0.99926913]);
  dense('2_Dense', 12, 5, 0, { activation_function: 'torch.nn.modules.activation.ReLU' });
  await expectClose([0.9516027, 0.99982303]);
  dense('2_Dense', 12, 5, 0, { activation_function: 'torch.nn.modules.activation.Sigmoid' });
  await expectClose([0.99737829, 0.99951923]);
});

test('what is not known is refused by its name', async () => {
  const refused = async (message: string): Promise<void> => {
    const error = await close().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toContain(message);
  };
  list(...FIRST, ['models.LSTM', '2_LSTM']);
  await refused('expected modules among Dense, Normalize after the pooling, got LSTM');
  write('modules.json', [{ type: 'custom_st.Transformer', path: '' }]);
  await refused("the first module, got custom_st.Transformer in ''");
  list(['models.Transformer', '']);
  await refused('expected Pooling as the second module, got none');
  list(...FIRST, ['models.Dense', '../elsewhere']);
  await refused('expected a type, and a path in the folder');
  write('modules.json', {});
  await refused('expected a list of modules');
  writeFileSync(join(dir, 'modules.json'), '[');
  await refused('expected JSON');
  list(...FIRST, ['models.Dense', '2_Dense']);
  const faults: readonly (readonly [object, string])[] = [
    [
      { activation_function: 'torch.nn.modules.activation.GLU' },
      'Tanh, ReLU, Sigmoid, got torch.nn.modules.activation',
    ],
    [{ module_input_name: 'token_embeddings' }, 'module_input_name: expected sentence_embedding, got token_embeddings'],
    [{ use_residual: true }, 'use_residual: expected false'],
    [{ in_features: 11 }, 'linear.weight: expected shape [5,11], got [5,12]'],
  ];
  for (const [more, message] of faults) {
    dense('2_Dense', 12, 5, 0, more);
    await refused(message);
  }
  dense('2_Dense', 11, 5, 0, {});
  await refused('in_features: expected 12, as the vectors have, got 11');
  list(...FIRST);
  pooling({ pooling_mode: ['mean', 'cls'] });
  await refused('expected one pooling among mean, cls, lasttoken, got mean, cls');
  pooling({ pooling_mode: 'max' });
  await refused('got max');
  pooling({});
  await refused('got none');
});
