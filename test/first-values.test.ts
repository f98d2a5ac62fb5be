// Models before training: the first loss is that of guessing, and every dropout site of a training step has a name of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { isOp, nodesOf, type Tensor, trace } from '../src/graph/index.ts';
import { declareInputs, type HubConfig, modelFor, parameterSpecs, settle } from '../src/models/index.ts';
import { initializeParameters, Module } from '../src/nn/index.ts';
import { runForward } from '../src/tasks/index.ts';

const ROOT = join(import.meta.dirname, 'fixtures', 'models');
const configOf = (name: string): HubConfig => JSON.parse(readFileSync(join(ROOT, name, 'config.json'), 'utf8'));
const inputsOf = (name: string) => decodeSafetensors(readFileSync(join(ROOT, name, 'inputs.safetensors')), name).arrays;
const all = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
// other libraries' configurations name no model_type; the same models are here under Hugging Face's names too
const learning = all.filter(
  (name) => 'labels' in inputsOf(name) && configOf(name).problem_type !== 'regression' && configOf(name).model_type,
);

/** Every rate a configuration may have, at 0.25. */
const withDropout = (config: HubConfig): HubConfig =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      /drop|pdrop/.test(key) && typeof value === 'number' ? 0.25 : value,
    ]),
  );

test.each(learning)('%s: dropout sites are distinct', (name) => {
  const { model, inputs } = settle(modelFor(withDropout(configOf(name))), inputsOf(name));
  const module = Module.root({ training: true });
  const { result } = trace(() => model.forward(module, declareInputs(model, Object.keys(inputs))));
  const sites = nodesOf([result.values.loss as Tensor]).flatMap((node) =>
    isOp(node, 'RandomMask') ? [node.attributes.site] : [],
  );
  expect(sites.filter((site, i) => sites.indexOf(site) !== i)).toEqual([]);
  if (Object.keys(configOf(name)).some((key) => /drop/.test(key))) expect(sites.length).toBeGreaterThan(0);
});

test.each([
  ['LlamaForCausalLM', 43],
  ['T5ForConditionalGeneration', 43],
  ['t5-v11', 43],
  ['MarianMTModel', 43],
  ['ElectraForMaskedLM', 43],
  ['AlbertForMaskedLM', 43],
  ['ModernBertForMaskedLM', 43],
  ['BertForMultipleChoice', 2],
  ['ViTForImageClassification', 3],
  ['DeiTForImageClassification', 3],
  ['ASTForAudioClassification', 3],
  ['Dinov2ForImageClassification', 3],
  ['TubeViTForVideoClassification', 3],
  ['BlipForConditionalGeneration', 29],
  ['dnabert2-masked', 41],
] as const)('%s begins by guessing', async (name, choices) => {
  const model = modelFor(configOf(name));
  const parameters = initializeParameters(parameterSpecs(model), 1);
  const { loss } = await runForward(model, parameters, inputsOf(name), {
    want: ['loss'],
    runtime: await nodeRuntime(),
  });
  expect(Math.abs((loss?.data[0] as number) - Math.log(choices))).toBeLessThan(1);
});
