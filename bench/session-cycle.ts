// One traced session's whole life: trace, differentiate, write, load, train a step, release. bench/sessions.ts and a test repeat it.
import { int64 } from '../src/array/index.ts';
import { crossEntropy, input, type Runtime, relu } from '../src/graph/index.ts';
import { embedding, initializeParameters, layerNormWith, linear, Module, type ParameterSpec } from '../src/nn/index.ts';
import { adamW, type Objective, TrainStep } from '../src/train/index.ts';

const VOCABULARY = 16;
const DIM = 8;

/** A classifier of tokens; `rows` names its symbolic size. */
function objectiveWith(rows: string): Objective {
  const spec = { dtype: 'int64', shape: [rows, 4] } as const;
  return {
    inputs: { ids: spec, labels: spec },
    loss: (module, { ids, labels }) => {
      if (!ids || !labels) throw new Error('expected ids and labels');
      const x = module.child('tokens', (at) => embedding(at, ids, { count: VOCABULARY, dim: DIM }));
      const y = module.child('norm', (at) => layerNormWith(1e-5)(at, x));
      const hidden = module.child('hidden', (at) => relu(linear(at, y, 16)));
      return crossEntropy(
        module.child('out', (at) => linear(at, at.dropout(hidden, 0.1), VOCABULARY)),
        labels,
      );
    },
  };
}

function specsOf(objective: Objective): ReadonlyMap<string, ParameterSpec> {
  const module = Module.root({ training: false });
  const inputs = Object.entries(objective.inputs).map(([name, { dtype, shape }]) => [name, input(name, dtype, shape)]);
  objective.loss(module, Object.fromEntries(inputs));
  return module.context.specs;
}

const ids = int64([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);

/** Does everything once, as program `at` of many: each names its sizes differently. Returns the loss. */
export async function sessionCycle(runtime: Runtime, at: number): Promise<number> {
  const objective = objectiveWith(`rows${at}`);
  const step = await TrainStep.create(objective, initializeParameters(specsOf(objective), at), {
    runtime,
    session: { threads: 1 },
    optimizer: adamW(),
    groups: { weightDecay: 0 },
    learningRate: () => 1e-3,
    seed: at,
  });
  const { loss } = await step.run([{ ids, labels: ids }], 1);
  await step.release();
  return loss;
}
