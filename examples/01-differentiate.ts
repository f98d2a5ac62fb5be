// Trace a function, differentiate it, run both through ONNX Runtime.
import { float32, toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { gradients, input, mean, multiply, printGraph, trace, writeOnnx } from '../src/graph/index.ts';

const { result } = trace(() => {
  const x = input('x', 'float32', ['batch']);
  const loss = mean(multiply(x, x));
  return { loss, gradient: gradients(loss, [x])[0] as typeof x };
});
console.log(printGraph(Object.values(result)));

const runtime = await nodeRuntime();
const session = await runtime.createSession(writeOnnx(result, { backend: runtime.backend }).bytes);
const { loss, gradient } = await session.run({ x: float32([3], [1, 2, 3]) });
if (!loss || !gradient) throw new Error('no results');
console.log('mean of squares', loss.data[0], 'its derivative 2x/n', toNumbers(gradient));
await session.release();
