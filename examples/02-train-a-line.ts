// The training loop by hand: a linear layer learns y = 3a − 2b + 1 from its own gradients.
import { float32, Random } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { meanSquaredError } from '../src/graph/index.ts';
import { initializeParameters, linear, type Module } from '../src/nn/index.ts';
import { adamW, type Objective, TrainStep } from '../src/train/index.ts';

const objective: Objective = {
  inputs: {
    x: { dtype: 'float32', shape: ['batch', 2] },
    y: { dtype: 'float32', shape: ['batch', 1] },
  },
  loss: (module: Module, { x, y }) => {
    if (!x || !y) throw new Error('expected x and y');
    return meanSquaredError(linear(module, x, 1), y);
  },
};
const parameters = initializeParameters(
  new Map([
    ['weight', { shape: [1, 2], initialize: () => float32([1, 2], [0, 0]) }],
    ['bias', { shape: [1], initialize: () => float32([1], [0]) }],
  ]),
  0,
);
const step = await TrainStep.create(objective, parameters, {
  runtime: await nodeRuntime(),
  optimizer: adamW(),
  groups: { weightDecay: 0 },
  learningRate: () => 0.05,
  seed: 0,
});
for (let at = 1; at <= 300; at++) {
  const random = new Random({ seed: 0, step: at });
  const x = Float32Array.from({ length: 64 }, () => random.normal());
  const y = Float32Array.from({ length: 32 }, (_, i) => 3 * (x[2 * i] as number) - 2 * (x[2 * i + 1] as number) + 1);
  const { loss } = await step.run([{ x: float32([32, 2], x), y: float32([32, 1], y) }], at);
  if (at % 100 === 0) console.log(`step ${at}: loss ${loss.toExponential(2)}`);
}
console.log('weights', step.parameters.weight?.data, 'bias', step.parameters.bias?.data);
await step.release();
