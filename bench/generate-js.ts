// Transformers.js as an engine of bench/generate.ts, in a process of its own: our export of the same random model, one JSON line.
// Arguments: the folder of exports, then those of `generateCase`; no beams, which it does not search with. `export` in front writes the export.
import { join } from 'node:path';
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';
import { exportFolder } from '../src/tasks/index.node.ts';
import { generateCase, smallWeights, timeWriting } from './generate-model.ts';

const [first = '', ...words] = process.argv.slice(2);
const isExport = first === 'export';
const folder = isExport ? (words.shift() as string) : first;
const asked = generateCase(words);
const { model, prompts, batch, threads } = asked;
if (isExport) {
  // a process of its own: what exporting needs is not what writing needs
  const open = { dir: folder, model, parameters: smallWeights(model), fileNames: new Map<string, string>() };
  await exportFolder(open, join(folder, 'm'), { format: 'onnx', precisions: ['fp32'] });
} else {
  Object.assign(env, { allowRemoteModels: false, localModelPath: folder });
  const session_options = { intraOpNumThreads: threads };
  const theirs = await AutoModelForCausalLM.from_pretrained('m', { dtype: 'fp32', session_options });
  const length = prompts[0]?.length ?? 0;
  const rows = (values: readonly number[]): Tensor =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), [batch, length]);
  const inputs = rows(prompts.flat());
  const attention_mask = rows(prompts.flat().map(() => 1));
  await timeWriting(`Transformers.js ${env.version}`, asked, async (tokens) => {
    const settings = { max_new_tokens: tokens, min_new_tokens: tokens, do_sample: false };
    const written = (await theirs.generate({ inputs, attention_mask, ...settings })) as Tensor;
    const all = written.data as BigInt64Array;
    return Array.from(all.subarray(length, all.length / batch), Number);
  });
  await theirs.dispose();
}
