// One engine of bench/generate.ts in a process of its own: our generator on random weights, one JSON line. RUNTIME picks the runtime.
// Arguments: those of `generateCase`.
import { runtimes } from '../src/graph/index.node.ts';
import type { Runtime } from '../src/graph/index.ts';
import { Generator } from '../src/tasks/index.ts';
import { generateCase, smallWeights, timeWriting } from './generate-model.ts';

const asked = generateCase(process.argv.slice(2));
const { model, prompts, start, beams, threads } = asked;
const runtime = await runtimes[(process.env.RUNTIME ?? 'node') as Runtime['name']]({ threads, blocking: true });
const generator = new Generator(model, smallWeights(model), { runtime, session: { threads } });
await timeWriting(`tesserae ${runtime.name}`, asked, async (tokens) => {
  // no end-of-text token: every row runs its full length
  const settings = { max_new_tokens: tokens, min_new_tokens: tokens, num_beams: beams, ...start };
  const { sequences } = await generator.generate({ prompts, settings });
  return (sequences[0] as readonly number[]).slice(-tokens);
});
await generator.release();
