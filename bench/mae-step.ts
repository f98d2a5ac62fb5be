// What does hiding patches save? One training step of the same autoencoder with three quarters of the patches hidden, with a single one
// hidden (the encoder sees nearly all), and of the classifier on the same encoder. Steps take turns; CPU time, ratios within a round.
// npx tsx bench/mae-step.ts [rounds] [recipe,larger] [batch]
import { cpus, loadavg } from 'node:os';
import { vitPretrainMae } from '../recipes/vit-pretrain-mae.ts';
import { float32, int64, type NamedArrays, randomNormal } from '../src/array/index.ts';
import { runtimes } from '../src/graph/index.node.ts';
import { type HubConfig, modelFor, parameterSpecs } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { type MaskedImageModellingRecipe, objectiveOf } from '../src/tasks/index.ts';
import { adamW, TrainStep } from '../src/train/index.ts';
import { type Row, spread, table } from './table.ts';

const WARM_UP = 2;
type Size = Pick<MaskedImageModellingRecipe, 'tokens' | 'model' | 'decoder'>;

const sizes: Readonly<Record<string, Size>> = {
  recipe: vitPretrainMae,
  larger: {
    tokens: { size: 96, channels: 3, patch: 8 },
    model: { dim: 192, layers: 6, heads: 3, ffnDim: 768, dropout: 0, attentionDropout: 0 },
    decoder: { dim: 96, layers: 1, heads: 3, ffnDim: 384 },
  },
};

function configOf({ tokens, model, decoder }: Size, more: HubConfig): HubConfig {
  return {
    ...{ image_size: tokens.size, patch_size: tokens.patch, num_channels: tokens.channels },
    ...{ hidden_size: model.dim, num_hidden_layers: model.layers, num_attention_heads: model.heads },
    ...{ intermediate_size: model.ffnDim, decoder_hidden_size: decoder.dim, norm_pix_loss: true },
    ...{ decoder_num_hidden_layers: decoder.layers, decoder_num_attention_heads: decoder.heads },
    ...{ decoder_intermediate_size: decoder.ffnDim, ...more },
  };
}

/** A step on one fixed batch; gives its CPU time in milliseconds. */
async function stepOf(config: HubConfig, batch: NamedArrays): Promise<() => Promise<number>> {
  const model = modelFor(config);
  const step = await TrainStep.create(
    objectiveOf(model, Object.keys(batch)),
    initializeParameters(parameterSpecs(model), 0),
    {
      runtime: await runtimes.node({ threads: 1, blocking: true }),
      session: { threads: 1 },
      optimizer: adamW(),
      groups: { weightDecay: 0.05 },
      learningRate: () => 1e-4,
      clipNorm: 1,
      seed: 0,
    },
  );
  let at = 0;
  return async () => {
    const used = process.cpuUsage();
    await step.run([batch], ++at);
    const { user, system } = process.cpuUsage(used);
    return (user + system) / 1000;
  };
}

const rounds = Number(process.argv[2] ?? 5);
const batch = Number(process.argv[4] ?? 100);
const rows: Row[] = [];
for (const name of (process.argv[3] ?? Object.keys(sizes).join()).split(',')) {
  const size = sizes[name];
  if (!size) throw new Error(`expected a size among ${Object.keys(sizes).join(', ')}, got '${name}'`);
  const { tokens } = size;
  const patches = (tokens.size / tokens.patch) ** 2;
  const pixel_values = randomNormal({ seed: 1 }, [batch, tokens.channels, tokens.size, tokens.size], 1);
  const noise = randomNormal({ seed: 2 }, [batch, patches], 1);
  const labels = int64([batch], new Array<number>(batch).fill(0));
  const autoencoder = { model_type: 'vit_mae', architectures: ['ViTMAEForPreTraining'] };
  const painting = { pixel_values, noise: float32(noise.shape, noise.data) };
  const steps = {
    masked: await stepOf(configOf(size, { ...autoencoder, mask_ratio: 0.75 }), painting),
    unmasked: await stepOf(configOf(size, { ...autoencoder, mask_ratio: 1 / patches }), painting),
    classifier: await stepOf(
      configOf(size, { model_type: 'vit', architectures: ['ViTForImageClassification'], num_labels: 10 }),
      { pixel_values, labels },
    ),
  };
  const times: Record<keyof typeof steps, number[]> = { masked: [], unmasked: [], classifier: [] };
  for (let round = 0; round < rounds + WARM_UP; round++)
    for (const kind of Object.keys(steps) as (keyof typeof steps)[]) {
      const time = await steps[kind]();
      if (round >= WARM_UP) times[kind].push(time);
    }
  const over = (kind: 'unmasked' | 'classifier'): string =>
    spread(times[kind].map((time, i) => time / (times.masked[i] as number)));
  rows.push({
    size: `${name}: ${patches} patches, width ${size.model.dim}, ${size.model.layers} layers`,
    'masked, ms of CPU': spread(times.masked),
    'unmasked / masked': over('unmasked'),
    'classifier / masked': over('classifier'),
  });
}
console.log(`batch ${batch}, ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}`);
console.log(table(rows));
process.exit(0);
