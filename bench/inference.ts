// Inference of BERT-base and ViT-base (random weights): ours beside Transformers.js on our export and PyTorch, turn by turn in one run.
// And what a pipeline costs over its bare session. Arguments: rounds, cases (`bert-1 bert-16 vit-1 vit-8 pipeline`; all by default).
// PYTHON names an interpreter with torch and transformers; without it that column stays empty. THREADS (default 2) holds for all.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  AutoModelForImageClassification,
  AutoModelForSequenceClassification,
  env,
  Tensor,
} from '@huggingface/transformers';
import { float32, int64, type NamedArrays, type NdArray } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { type HubConfig, type Model, modelFor, parameterSpecs } from '../src/models/index.ts';
import { exportFolder } from '../src/tasks/index.node.ts';
import { ModelRunner, type WeightsUse } from '../src/tasks/index.ts';
import { pipelineOverhead } from './pipeline-overhead.ts';
import { median, type Row, spread, table } from './table.ts';

const threads = Number(process.env.THREADS ?? 2);
const [rounds = 10] = process.argv.slice(2, 3).map(Number);
const chosen = process.argv.slice(3);

const bert: HubConfig = {
  model_type: 'bert',
  architectures: ['BertForSequenceClassification'],
  ...{ vocab_size: 30522, max_position_embeddings: 512, type_vocab_size: 2, hidden_act: 'gelu', layer_norm_eps: 1e-12 },
  ...{ hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
};
const vit: HubConfig = {
  model_type: 'vit',
  architectures: ['ViTForImageClassification'],
  ...{ image_size: 224, patch_size: 16, num_channels: 3, hidden_act: 'gelu', layer_norm_eps: 1e-12, qkv_bias: true },
  ...{ hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
  id2label: Object.fromEntries([...Array(1000).keys()].map((i) => [i, `${i}`])),
};

function texts(batch: number): NamedArrays {
  const rows = (value: (i: number) => number): NdArray =>
    int64(
      [batch, 128],
      Array.from({ length: batch * 128 }, (_, i) => value(i)),
    );
  return { input_ids: rows((i) => (7 * i) % 30522), attention_mask: rows(() => 1), token_type_ids: rows(() => 0) };
}
function pictures(batch: number): NamedArrays {
  return {
    pixel_values: float32(
      [batch, 3, 224, 224],
      Float32Array.from({ length: batch * 3 * 224 * 224 }, (_, i) => Math.sin(i)),
    ),
  };
}

const cases = {
  'bert-1': { config: bert, inputs: texts(1), open: AutoModelForSequenceClassification },
  'bert-16': { config: bert, inputs: texts(16), open: AutoModelForSequenceClassification },
  'vit-1': { config: vit, inputs: pictures(1), open: AutoModelForImageClassification },
  'vit-8': { config: vit, inputs: pictures(8), open: AutoModelForImageClassification },
};

/** Small weights in no order. */
function weightsOf(model: Model): NamedArrays {
  return Object.fromEntries(
    [...parameterSpecs(model)].map(([name, { shape }]) => {
      const size = (shape as number[]).reduce((a, b) => a * b, 1);
      const data = new Float32Array(size);
      // a linear congruence: cheap, and 100 million numbers are needed
      let state = name.length;
      for (let i = 0; i < size; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        data[i] = state * 2 ** -31 * 0.035;
      }
      return [name, float32(shape as number[], data)];
    }),
  );
}

type Engine = () => Promise<number>;
const timed =
  (run: () => Promise<unknown>): Engine =>
  async () => {
    const start = performance.now();
    await run();
    return performance.now() - start;
  };

/** A Python process that runs once for each line it gets and answers with milliseconds. */
async function torch(name: string): Promise<{ engine: Engine; child: ChildProcess } | undefined> {
  if (!process.env.PYTHON) return undefined;
  const child = spawn(process.env.PYTHON, [join(import.meta.dirname, 'inference_torch.py'), name, `${threads}`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  await lines.next();
  const engine = async (): Promise<number> => {
    child.stdin?.write('\n');
    return Number((await lines.next()).value);
  };
  return { engine, child };
}

async function measure(name: keyof typeof cases): Promise<Row> {
  const { config, inputs, open } = cases[name];
  const model = modelFor(config);
  const parameters = weightsOf(model);
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-bench-'));
  env.allowRemoteModels = false;
  env.localModelPath = dir;
  await exportFolder({ dir, model, parameters, fileNames: new Map() }, join(dir, 'm'), {
    format: 'onnx',
    precisions: ['fp32'],
  });
  const session_options = { intraOpNumThreads: threads };
  const theirs = await open.from_pretrained('m', { dtype: 'fp32', session_options });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([key, { dtype, data, shape }]) => [
      key,
      new Tensor(dtype as 'float32', data as never, [...shape]),
    ]),
  );
  const runtime = await nodeRuntime();
  const runnerWith = (weights: WeightsUse): Promise<ModelRunner> =>
    ModelRunner.create(model, {
      ...{ runtime, session: { threads }, weights },
      inputs: Object.keys(inputs),
      want: ['logits'],
    });
  const [fed, packed] = [await runnerWith('fed'), await runnerWith('packed')];
  const python = await torch(name);
  const engines: Record<string, Engine> = {
    packed: timed(() => packed.run(parameters, inputs)),
    fed: timed(() => fed.run(parameters, inputs)),
    'Transformers.js': timed(() => theirs(feeds)),
    ...(python ? { PyTorch: python.engine } : {}),
  };
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(engines).map((key) => [key, []]));
  for (const run of Object.values(engines)) for (let i = 0; i < 2; i++) await run();
  const all = Object.entries(engines);
  // whoever comes first finds the caches full of another process's numbers: everyone is first in turn
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < all.length; i++) {
      const [key, run] = all[(round + i) % all.length] as (typeof all)[number];
      times[key]?.push(await run());
    }
  python?.child.kill();
  await Promise.all([fed.release(), packed.release(), theirs.dispose()]);
  rmSync(dir, { recursive: true, force: true });
  const own = median(times.packed ?? []);
  const cells = Object.entries(times).map(([key, list]) => [`${key} ms`, spread(list)]);
  const ratios = Object.entries(times)
    .slice(1)
    .map(([key, list]) => [`${key} / packed`, (median(list) / own).toFixed(2)]);
  return { case: name, ...Object.fromEntries(cells), ...Object.fromEntries(ratios) };
}

const names = (Object.keys(cases) as (keyof typeof cases)[]).filter(
  (name) => chosen.length === 0 || chosen.includes(name),
);
// each when it is there: a bench may be stopped before its end
for (const name of names) console.log(table([await measure(name)]));
if (chosen.length === 0 || chosen.includes('pipeline')) console.log(table(await pipelineOverhead(threads)));
