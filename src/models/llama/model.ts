// Llama (Touvron et al. 2023) and its relatives Mistral, Qwen2 and Qwen3: rotary positions, grouped heads, RMS norms before
// gated feed-forward layers. `model_type` llama also covers SmolLM and TinyLlama.
import { add, type Dim, type Tensor, tap } from '../../graph/index.ts';
import {
  activationNamed,
  type BlockOptions,
  causalBias,
  embedding,
  linearWith,
  type Module,
  normalInit,
  paddingBias,
  positionsFrom,
  preNorm,
  project,
  type RopeFrequencies,
  rmsNormWith,
  separateProjections,
  type TowerResult,
  tower,
  turn,
  turnsAt,
} from '../../nn/index.ts';
import {
  type Architecture,
  ConfigReader,
  type HubConfig,
  type InputSpec,
  type Inputs,
  type Model,
  type Stored,
} from '../architecture.ts';
import { cacheSpecs, cachesIn, maskSpec, namedCaches, pastOf } from '../cache.ts';
import { bareDecoder, type DecoderHead, everyToken, lastToken, nextToken } from '../decoder-heads.ts';
import { textLabels, tokenLabels } from '../losses.ts';
import { ropeOf } from '../rope.ts';
import { namedStates } from '../states.ts';
import { type LlamaConfig, llamaConfigFrom, type Member, members } from './config.ts';
import { llamaWeights } from './weights.ts';

function table(module: Module, name: 'embed' | 'vocabulary', config: LlamaConfig): Tensor {
  return module.child(name, (m) =>
    m.parameter('weight', [config.vocabSize, config.dim], normalInit(config.initDeviation)),
  );
}

/** What all layers share, and the mask of each. */
function blocks(
  inputs: Inputs,
  sizes: { readonly past: Dim; readonly tokens: Dim },
  { config, rope, member }: { config: LlamaConfig; rope: RopeFrequencies; member: Member },
): (layer: number) => BlockOptions {
  const { past, tokens } = sizes;
  const positions = inputs.position_ids ?? positionsFrom(past, tokens);
  const turns = turnsAt(positions, rope.at(positions), rope.scale);
  const padding = inputs.attention_mask && paddingBias(inputs.attention_mask);
  const biases = new Map<number | undefined, Tensor>();
  const biasOf = (window: number | undefined): Tensor => {
    const causal = causalBias(tokens, past, window);
    const known = biases.get(window) ?? (padding ? add(causal, padding) : causal);
    biases.set(window, known);
    return known;
  };
  const norm = rmsNormWith(config.normEpsilon);
  const layerWith = (bias: boolean): ReturnType<typeof linearWith> =>
    linearWith({ bias, initialize: normalInit(config.initDeviation) });
  return (layer) => ({
    attention: {
      heads: config.heads,
      keyHeads: config.keyHeads,
      headDim: config.headDim,
      bias: biasOf(config.window(layer)),
      rotate: (x) => turn(x, turns),
      dropout: config.attentionDropout,
      projections: separateProjections(layerWith(config.bias.qkv), { output: layerWith(config.bias.output) }),
      ...(member.normalizesHeads ? { headNorm: norm } : {}),
    },
    feedForward: {
      ffnDim: config.ffnDim,
      activation: activationNamed(config.activation),
      layer: layerWith(config.bias.ffn),
      gated: true,
    },
    norm,
    residual: preNorm,
    dropout: 0,
  });
}

interface Setup {
  readonly config: LlamaConfig;
  readonly rope: RopeFrequencies;
  readonly member: Member;
}

function decode(module: Module, inputs: Inputs, setup: Setup): TowerResult {
  const { config } = setup;
  const ids = inputs.input_ids as Tensor;
  const caches = cachesIn(inputs, config.layers);
  const size = {
    count: config.vocabSize,
    dim: config.dim,
    ...(config.padId === undefined ? {} : { paddingId: config.padId }),
  };
  const x = tap(
    'embeddings',
    module.child('embed', (m) => embedding(m, ids, size, normalInit(config.initDeviation))),
  );
  const options = blocks(inputs, { past: pastOf(caches), tokens: ids.shape[1] as Dim }, setup);
  const result = tower(module, x, config.layers, options, caches);
  const normal = module.child('norm', (m) => rmsNormWith(config.normEpsilon)(m, result.x));
  return { ...result, x: normal, hiddenStates: [...result.hiddenStates.slice(0, -1), normal] };
}

interface Class {
  readonly head: DecoderHead;
  readonly labels?: (hub: HubConfig, config: LlamaConfig) => InputSpec;
}

const classes: Readonly<Record<string, Class>> = {
  Model: { head: bareDecoder },
  ForCausalLM: { head: nextToken, labels: () => tokenLabels },
  ForSequenceClassification: { head: lastToken, labels: (hub, config) => textLabels(hub, config.labels.length) },
  ForTokenClassification: { head: everyToken, labels: () => tokenLabels },
};

function create(member: Member, className: string, hub: HubConfig, stored?: Stored): Model {
  const config = llamaConfigFrom(hub, member);
  const isTied = config.isTied && !stored?.ownHead;
  const rope = ropeOf(hub, new ConfigReader(hub, `model_type ${member.modelType}`), { headDim: config.headDim });
  const { head, labels } = classes[className.slice(member.classPrefix.length)] as Class;
  const places = { dtype: 'int64', shape: ['batch', 'tokens'] } as const;
  return {
    className,
    modelType: member.modelType,
    config: hub,
    inputs: {
      input_ids: places,
      attention_mask: maskSpec('tokens'),
      position_ids: { ...places, optional: true },
      ...(labels ? { labels: labels(hub, config) } : {}),
    },
    precomputed: cacheSpecs({ layers: config.layers, heads: config.keyHeads, headDim: config.headDim }),
    weights: llamaWeights(isTied),
    forward: (module, inputs, loss = {}, request = {}) => {
      const decoded = decode(module, inputs, { config, rope, member });
      const values = head(module, decoded.x, {
        config: hub,
        inputs,
        loss,
        request,
        labels: config.labels.length,
        padId: config.padId,
        classifierDropout: config.classifierDropout,
        initDeviation: config.initDeviation,
        vocabulary: (m, states) => project(states, table(m, isTied ? 'embed' : 'vocabulary', config)),
      });
      return { values, states: namedStates(decoded), cache: namedCaches(decoded.caches) };
    },
  };
}

/** Llama, Mistral, Qwen2, Qwen3. */
export const llamaFamily: readonly Architecture[] = members.map((member) => ({
  modelType: member.modelType,
  classes: Object.keys(classes).map((name) => member.classPrefix + name),
  create: (className, config, stored) => create(member, className, config, stored),
  tied: { head: 'lm_head.weight', tables: ['model.embed_tokens.weight'] },
}));
