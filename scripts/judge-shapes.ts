// Every method put to the test on the small ViT of test/fixtures/explain/shapes-vit and pictures it has not seen: overlap with the known
// object, deletion and insertion with intervals, and weights thrown away. Prints Markdown.
// node --import tsx scripts/judge-shapes.ts [pictures]      about a minute
import { join } from 'node:path';
import { float32 } from '../src/array/index.ts';
import { bootstrapInterval, shapePictures } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import {
  centerRelevance,
  METHODS,
  type MethodName,
  objectOverlap,
  patchPlaces,
  type Relevance,
  randomRelevance,
  relevanceOf,
  type Score,
  scoresOf,
  tokensOn,
} from '../src/lens/index.ts';
import { openModel } from '../src/tasks/index.node.ts';
import { type Asked, Explainer, judgeMaps, randomiseWeights } from '../src/tasks/index.ts';

const SIDE = 32;
const count = Number(process.argv[2] ?? 64);
const names: readonly MethodName[] = METHODS.filter((name) => name !== 'attention-head');
const open = await openModel(join(import.meta.dirname, '..', 'test', 'fixtures', 'explain', 'shapes-vit'));
const { pixels, masks, labels } = shapePictures(count, { seed: 3 });
const places = patchPlaces({ special: 1, grid: [8, 8], patch: [4, 4], stride: [4, 4] });
const size = 3 * SIDE * SIDE;
const picture = (i: number) =>
  float32(
    [1, 3, SIDE, SIDE],
    pixels.data.slice(i * size, (i + 1) * size).map((value) => (value - 0.5) / 0.5),
  );
const runtime = await nodeRuntime();
const explainer = new Explainer(open.model, { pixel_values: picture(0) }, { runtime, session: { threads: 1 } });
const asked: Asked[] = [];
const overlaps: Record<string, { hit: number; iou: number }[]> = {};
const judged = [];
for (let i = 0; i < count; i++) {
  const question = {
    inputs: { pixel_values: picture(i) },
    blank: { pixel_values: float32([1, 3, SIDE, SIDE], new Float32Array(size)) },
  };
  const capture = await explainer.capture(open.parameters, question, { steps: 32 });
  if (capture.label !== labels[i]) continue;
  const one: Asked = { question, capture, places };
  asked.push(one);
  const maps: Record<string, Relevance> = Object.fromEntries(names.map((name) => [name, relevanceOf(name, capture)]));
  const object = tokensOn(masks[i] as Uint8Array, SIDE, places);
  const others = { center: centerRelevance(places), random: randomRelevance(places.length, 1_000_000 + i) };
  for (const [name, relevance] of Object.entries({ ...maps, ...others })) {
    const { hit, iou } = objectOverlap(relevance, object, places);
    overlaps[name] = [...(overlaps[name] ?? []), { hit: hit ? 1 : 0, iou }];
  }
  judged.push(await judgeMaps(explainer, open.parameters, one, { ...maps, random: others.random }, { seed: i }));
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const ranged = (value: number, [low, high]: readonly [number, number]): string =>
  `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
const over = (name: string, what: 'hit' | 'iou'): string => {
  const values = (overlaps[name] ?? []).map((one) => one[what]);
  return ranged(mean(values), bootstrapInterval(values));
};
const scored = ({ area, interval = [0, 0], gain, gainInterval = [0, 0] }: Score): string =>
  `${ranged(area, interval)} | ${ranged(gain, gainInterval)}`;
console.log(`${asked.length} of ${count} pictures are named rightly; the others are left out.\n`);
console.log(
  '| method | pointing game | IoU | deletion | gain over random | insertion | gain over random |\n|---|---|---|---|---|---|---|',
);
for (const [name, { deletion, insertion }] of Object.entries(scoresOf(judged)))
  console.log(`| ${name} | ${over(name, 'hit')} | ${over(name, 'iou')} | ${scored(deletion)} | ${scored(insertion)} |`);
const stages = await randomiseWeights(explainer, open.model, open.parameters, asked.slice(0, 16), names, {
  grid: [8, 8],
});
console.log(
  `\n| rank correlation | ${stages.map(({ module }) => module).join(' | ')} | SSIM at the end |\n|---|${stages.map(() => '---|').join('')}---|`,
);
for (const name of names)
  console.log(
    `| ${name} | ${stages.map(({ rank }) => rank[name]?.toFixed(2)).join(' | ')} | ${stages.at(-1)?.structure?.[name]?.toFixed(2)} |`,
  );
await explainer.release();
