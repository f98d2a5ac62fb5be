// Exports golden checkpoints in every way, for scripts/check-exports.py. Arguments: target folder, names below test/fixtures/models.
import { join } from 'node:path';
import { exportFolder, openModel } from '../src/tasks/index.node.ts';
import { exportTarget } from '../src/tasks/index.ts';

const MODELS = join(import.meta.dirname, '..', 'test', 'fixtures', 'models');
const [out = '', ...names] = process.argv.slice(2);
for (const name of names) {
  const opened = await openModel(join(MODELS, name));
  await exportFolder(opened, join(out, name, 'onnx'), exportTarget('onnx', ['fp32', 'fp16', 'q8']));
  for (const dtype of ['fp32', 'fp16', 'bf16'])
    await exportFolder(opened, join(out, name, dtype), exportTarget('safetensors', [dtype]));
}
