// ViT (Dosovitskiy et al. 2021) and DeiT (Touvron et al. 2021): one encoder over patches, a table of classes, each with its head.
import type { Tensor } from '../../graph/index.ts';
import {
  type Architecture,
  type Choices,
  type HubConfig,
  hasPooler,
  type InputSpec,
  type Model,
  type Stored,
} from '../architecture.ts';
import { textLabels } from '../losses.ts';
import { encode } from '../patch-encoder.ts';
import {
  embedPicture,
  hidePatches,
  layoutOf,
  maskSpec,
  type Picture,
  pictureOf,
  pixelSpec,
} from '../picture-embedding.ts';
import { NO_CHOICES } from '../settle.ts';
import { namedStates } from '../states.ts';
import { type VitConfig, vitConfigFrom } from './config.ts';
import { bare, type Head, imageClass, imageClassWithTeacher, paintedPicture } from './heads.ts';
import { vitWeights } from './weights.ts';

interface Class {
  readonly head: Head;
  /** Inputs beside the pictures. */
  readonly inputs: (hub: HubConfig, config: VitConfig, picture: Picture) => Readonly<Record<string, InputSpec>>;
  readonly masks?: boolean;
}

interface Family {
  readonly modelType: 'vit' | 'deit';
  /** Tokens before the patches. */
  readonly special: readonly string[];
  readonly classes: Readonly<Record<string, Class>>;
}

const none = (): Record<string, InputSpec> => ({});
const labelled: Class['inputs'] = (hub, config) => ({ labels: textLabels(hub, config.labels.length) });
const masked: Class['inputs'] = (_hub, _config, picture) => ({ bool_masked_pos: maskSpec(picture) });

const vitFamily: Family = {
  modelType: 'vit',
  special: ['cls_token'],
  classes: {
    ViTModel: { head: bare, inputs: none },
    ViTForImageClassification: { head: imageClass, inputs: labelled },
    ViTForMaskedImageModeling: { head: paintedPicture, inputs: masked, masks: true },
  },
};

const deitFamily: Family = {
  modelType: 'deit',
  special: ['cls_token', 'distillation_token'],
  classes: {
    DeiTModel: { head: bare, inputs: none },
    DeiTForImageClassification: { head: imageClass, inputs: labelled },
    DeiTForImageClassificationWithTeacher: { head: imageClassWithTeacher, inputs: none },
    DeiTForMaskedImageModeling: { head: paintedPicture, inputs: masked, masks: true },
  },
};

const hasMaskToken = (stored?: Stored): boolean =>
  stored !== undefined && [...stored.names].some((name) => name.endsWith('embeddings.mask_token'));

interface Given {
  readonly choices: Choices;
  readonly stored?: Stored | undefined;
}

function create(family: Family, className: string, hub: HubConfig, { choices, stored }: Given): Model {
  const config = vitConfigFrom(hub);
  const { head, inputs: own, masks: hides = false } = family.classes[className] as Class;
  // a bare model hides patches where its file has the token for them (`use_mask_token`)
  const masks = hides || (head === bare && hasMaskToken(stored));
  const extra = masks ? masked : own;
  const switches = { interpolate_pos_encoding: false, ...choices.switches };
  const picture = pictureOf(config, choices, switches.interpolate_pos_encoding);
  return {
    className,
    modelType: family.modelType,
    config: hub,
    inputs: { pixel_values: pixelSpec(picture), ...extra(hub, config, picture) },
    weights: vitWeights(family.modelType),
    layout: layoutOf(picture, family.special.length),
    switches,
    settle: (chosen) => create(family, className, hub, { choices: chosen, stored }),
    forward: (module, inputs, loss = {}) => {
      const x = module.child('embeddings', (m) =>
        embedPicture(m, inputs.pixel_values as Tensor, picture, {
          ...config,
          special: family.special,
          ...(masks
            ? { masking: (n, patches) => hidePatches(n, patches, inputs.bool_masked_pos, [1, 1, config.dim]) }
            : {}),
        }),
      );
      const encoded = encode(module, x, config);
      const special = family.special.length;
      const context = { config, hub, inputs, picture, loss, special, hasPooler: hasPooler(stored) };
      return { values: head(module, encoded.states, context), states: namedStates(encoded) };
    },
  };
}

function architecture(family: Family): Architecture {
  return {
    modelType: family.modelType,
    classes: Object.keys(family.classes),
    create: (className, config, stored) => create(family, className, config, { choices: NO_CHOICES, stored }),
  };
}

/** ViT. */
export const vit: Architecture = architecture(vitFamily);
/** DeiT, with a distillation token. */
export const deit: Architecture = architecture(deitFamily);
