// From text to label, one text at a time, beside the bare session run on the same numbers: what tokenizing, arrays and softmax add.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32, int64, Random } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { modelFor, parameterSpecs, toFileNames } from '../src/models/index.ts';
import { openModel, pipeline } from '../src/tasks/index.node.ts';
import { ModelRunner } from '../src/tasks/index.ts';
import { loadTokenizer } from '../src/tokens/index.node.ts';
import { median, type Row, spread } from './table.ts';

const TOKENIZER = join(import.meta.dirname, '..', 'test', 'fixtures', 'tokenizers', 'wordpiece-lower.json');
const TEXT = 'a small dog with long ears runs over the green hill';

/** Times in ms of both, turn by turn. */
export async function pipelineOverhead(threads: number): Promise<Row[]> {
  const { readFileSync } = await import('node:fs');
  const json = readFileSync(TOKENIZER);
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-bench-'));
  const model = modelFor({
    model_type: 'bert',
    architectures: ['BertForSequenceClassification'],
    ...{ vocab_size: 8000, max_position_embeddings: 64, type_vocab_size: 2, hidden_act: 'gelu', layer_norm_eps: 1e-12 },
    ...{ hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, intermediate_size: 128 },
    id2label: { 0: 'bad', 1: 'good' },
  });
  const random = new Random({ seed: 1 });
  const arrays = Object.fromEntries(
    [...parameterSpecs(model)].map(([name, { shape }]) => {
      const size = (shape as number[]).reduce((a, b) => a * b, 1);
      return [
        name,
        float32(
          shape as number[],
          Float32Array.from({ length: size }, () => random.uniform() - 0.5),
        ),
      ];
    }),
  );
  await saveCheckpoint(dir, {
    config: model.config,
    arrays: toFileNames(model, arrays),
    files: { 'tokenizer.json': json },
  });
  const classify = await pipeline('text-classification', dir);
  const { parameters } = await openModel(dir);
  const { ids, typeIds } = (await loadTokenizer(dir)).encode(TEXT);
  const row = (values: readonly number[]) => int64([1, values.length], values);
  const inputs = { input_ids: row(ids), attention_mask: row(ids.map(() => 1)), token_type_ids: row(typeIds) };
  const runner = await ModelRunner.create(model, {
    runtime: await nodeRuntime(),
    session: { threads },
    inputs: Object.keys(inputs),
    want: ['logits'],
  });
  const whole: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < 2200; round++) {
    const start = performance.now();
    await classify(TEXT);
    const between = performance.now();
    await runner.run(parameters, inputs);
    if (round < 200) continue;
    whole.push(between - start);
    bare.push(performance.now() - between);
  }
  await Promise.all([classify.dispose(), runner.release()]);
  rmSync(dir, { recursive: true, force: true });
  const over = (median(whole) - median(bare)).toFixed(3);
  return [
    {
      case: `text to label, ${ids.length} tokens`,
      'pipeline ms': spread(whole),
      'session ms': spread(bare),
      'over ms': over,
    },
  ];
}
