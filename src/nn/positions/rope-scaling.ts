// Frequencies of rotary positions stretched to contexts longer than those trained on. Names, fields and formulas are those of
// `rope_scaling` / `rope_parameters` in `config.json`: linear and dynamic NTK (u/kaiokendev, u/bloc97 2023), YaRN (Peng et al. 2023),
// Llama 3.1, LongRoPE (Ding et al. 2024).
import { float32 } from '../../array/index.ts';
import {
  add,
  castTo,
  constant,
  divide,
  exp,
  greater,
  log,
  max,
  maximum,
  multiply,
  type Tensor,
  where,
} from '../../graph/index.ts';
import { rotaryFrequencies } from './rotary.ts';

/** What a configuration says of rotary positions. */
export interface RopeSettings {
  readonly type: string;
  readonly theta: number;
  readonly headDim: number;
  /** `max_position_embeddings`. */
  readonly maxLength: number;
  /** `original_max_position_embeddings`; the same when absent. */
  readonly trainedLength: number;
  /** Everything else by its own name: `factor`, `beta_fast`, `long_factor`, … */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Frequencies `[K / 2]`, some of them known only with the positions `[B or 1, T]`; a factor of cosines and sines. */
export interface RopeFrequencies {
  readonly at: (positions: Tensor) => Tensor;
  readonly scale: number;
}

const vector = (values: readonly number[]): Tensor => constant(float32([values.length], values));
const fixed = (values: readonly number[], scale = 1): RopeFrequencies => ({ at: () => vector(values), scale });
/** The longest position, counted from 1, as a float32 scalar. */
const longest = (positions: Tensor): Tensor => castTo(add(max(positions), 1), 'float32');

/** @throws RangeError for a field that is missing or no number */
function field(settings: RopeSettings, name: string, otherwise?: number): number {
  const value = settings.fields[name] ?? otherwise;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    const got = JSON.stringify(settings.fields[name]) ?? 'nothing';
    throw new RangeError(`rope_parameters.${name}: expected a number for rope_type '${settings.type}', got ${got}`);
  }
  return value;
}

/** @throws RangeError unless there is one number for each pair of channels */
function factors(settings: RopeSettings, name: string): number[] {
  const value = settings.fields[name];
  const count = settings.headDim / 2;
  if (!Array.isArray(value) || value.length !== count || value.some((one) => typeof one !== 'number')) {
    throw new RangeError(`rope_parameters.${name}: expected ${count} numbers, got ${JSON.stringify(value)}`);
  }
  return value as number[];
}

function dynamic(settings: RopeSettings): RopeFrequencies {
  const { headDim, theta, maxLength } = settings;
  const factor = field(settings, 'factor');
  const exponents = vector(Array.from({ length: headDim / 2 }, (_, i) => (-2 * i) / headDim));
  return {
    scale: 1,
    at: (positions) => {
      const length = maximum(longest(positions), maxLength);
      const stretch = add(multiply(divide(length, maxLength), factor), 1 - factor);
      const logTheta = add(multiply(log(stretch), headDim / (headDim - 2)), Math.log(theta));
      return exp(multiply(exponents, logTheta));
    },
  };
}

function yarn(settings: RopeSettings): RopeFrequencies {
  const { headDim, theta, trainedLength, maxLength, fields } = settings;
  const factor = field(settings, 'factor', maxLength / trainedLength);
  const magnitude = (by: number): number => (factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1);
  const [mscale, all] = [field(settings, 'mscale', 0), field(settings, 'mscale_all_dim', 0)];
  const scale = field(settings, 'attention_factor', mscale && all ? magnitude(mscale) / magnitude(all) : magnitude(1));
  /** The channel pair that turns `rotations` times over the trained length. */
  const pairOf = (rotations: number): number =>
    (headDim * Math.log(trainedLength / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  const [fast, slow] = [pairOf(field(settings, 'beta_fast', 32) || 32), pairOf(field(settings, 'beta_slow', 1) || 1)];
  const whole = fields.truncate !== false;
  const low = Math.max(whole ? Math.floor(fast) : fast, 0);
  const high = Math.min(whole ? Math.ceil(slow) : slow, headDim - 1);
  const width = low === high ? 0.001 : high - low;
  const values = rotaryFrequencies(headDim, theta).map((frequency, i) => {
    const stretched = Math.min(1, Math.max(0, (i - low) / width));
    return (frequency / factor) * stretched + frequency * (1 - stretched);
  });
  return fixed(values, scale);
}

function llama3(settings: RopeSettings): RopeFrequencies {
  const factor = field(settings, 'factor');
  const [low, high] = [field(settings, 'low_freq_factor'), field(settings, 'high_freq_factor')];
  const values = rotaryFrequencies(settings.headDim, settings.theta).map((frequency) => {
    const rotations = (settings.trainedLength * frequency) / (2 * Math.PI);
    if (rotations > high) return frequency;
    if (rotations < low) return frequency / factor;
    const smooth = (rotations - low) / (high - low);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
  return fixed(values);
}

function longrope(settings: RopeSettings): RopeFrequencies {
  const { headDim, theta, trainedLength, maxLength } = settings;
  const factor = field(settings, 'factor', maxLength / trainedLength);
  const inferred = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(trainedLength));
  const plain = rotaryFrequencies(headDim, theta);
  const divided = (name: string): Tensor => {
    const by = factors(settings, name);
    return vector(plain.map((frequency, i) => frequency / (by[i] as number)));
  };
  const [short, long] = [divided('short_factor'), divided('long_factor')];
  return {
    scale: field(settings, 'attention_factor', inferred),
    at: (positions) => where(greater(longest(positions), trainedLength), long, short),
  };
}

const kinds: Readonly<Record<string, (settings: RopeSettings) => RopeFrequencies>> = {
  default: ({ headDim, theta }) => fixed(rotaryFrequencies(headDim, theta)),
  linear: (settings) => {
    const factor = field(settings, 'factor');
    return fixed(rotaryFrequencies(settings.headDim, settings.theta).map((frequency) => frequency / factor));
  },
  dynamic,
  yarn,
  llama3,
  longrope,
};

/**
 * The frequencies that a configuration asks for.
 * @throws RangeError for a type that is not known or lacks a field, and for an odd head
 */
export function ropeFrequencies(settings: RopeSettings): RopeFrequencies {
  const kind = kinds[settings.type];
  if (!kind) {
    const known = Object.keys(kinds).join(', ');
    throw new RangeError(`rope_parameters.rope_type: expected one of ${known}, got '${settings.type}'`);
  }
  if (settings.headDim % 2 !== 0) {
    throw new RangeError(`rotary positions: expected heads of even width, got ${settings.headDim}`);
  }
  return kind(settings);
}
