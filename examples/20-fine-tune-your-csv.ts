// A classifier of one's own, from a CSV with the columns text and label, on a pre-trained encoder; the loop is plain to see.
// Run: npx tsx examples/20-fine-tune-your-csv.ts reviews.csv [MODEL]      MODEL: a folder or a hub name; MiniLM when absent.
// Without arguments it runs on the embedded names of emoji, from nothing.
import { emojiGroups } from '../recipes/emoji-groups.ts';
import { minilmSst2 } from '../recipes/minilm-sst2.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { prepareJob } from '../src/tasks/index.node.ts';
import { adamW, TrainStep } from '../src/train/index.ts';

const [csv, startFrom = minilmSst2.startFrom] = process.argv.slice(2);
const recipe = csv ? { ...minilmSst2, startFrom, data: { id: csv, limit: 0 } } : emojiGroups;
const context = { runtime: await nodeRuntime(), session: {}, folders: [], note: console.log };
const optimizer = {
  optimizer: adamW(),
  groups: { weightDecay: 0.01 },
  learningRate: () => (csv ? 5e-5 : 1e-3),
  clipNorm: 1,
  seed: 1,
};

// five lines
const job = await prepareJob(recipe, context);
const step = await TrainStep.create(job.objective, job.initial, { ...context, ...optimizer });
for (let at = 1; at <= 100; at++) console.log(at, (await step.run(await job.batchesAt(at), at)).loss);
console.log(await job.evaluate(step.parameters));
await Promise.all([step.release(), job.release()]);
