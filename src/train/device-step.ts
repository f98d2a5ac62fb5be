// A step where the runtime computes: clipping and the optimizer are part of the graph, weights and state stay there between steps,
// and only loss and gradient norm come back.
import { type NamedArrays, type NdArray, ndArray, scalar } from '../array/index.ts';
import {
  add,
  type Device,
  type DeviceArray,
  type DeviceFeeds,
  type DeviceResults,
  type DeviceSession,
  input,
  multiply,
  type Tensor,
} from '../graph/index.ts';
import { NEXT, slotName, type UpdateRule, updateFeeds, updateGraph } from './graph-update.ts';
import type { MaskSpec } from './masks.ts';
import type { UpdateNumbers } from './optimizers/optimizer.ts';
import type { StepArrays } from './step-arrays.ts';
import {
  type EngineOptions,
  GRADIENT,
  modelOf,
  optimized,
  type StepEngine,
  type StepOutcome,
  type StepPart,
} from './step-engine.ts';

type DeviceArrays = Readonly<Record<string, DeviceArray>>;

/** Sums of gradients over the parts of a step, as inputs. */
const SUM = 'sum:';
const SHARE = 'part:share';

/** Adds a part's gradients to the sums, and updates from them. */
interface Accumulation {
  readonly add: DeviceSession;
  readonly apply: DeviceSession;
  readonly zeros: DeviceArrays;
}

/** What a step consists of. */
interface Parts {
  readonly device: Device;
  readonly rule: UpdateRule;
  /** Loss and gradients. */
  readonly graph: Readonly<Record<string, Tensor>>;
  readonly arrays: StepArrays;
  readonly options: EngineOptions;
  /** One batch to the next weights. */
  readonly whole: DeviceSession;
}

/** The arrays of the host are stale while steps run, until `settle`. */
export class DeviceStep implements StepEngine {
  readonly masks: readonly MaskSpec[];
  readonly #parts: Parts;
  /** The host's weights and state, by the names under which graphs read them. */
  readonly #hosts: NamedArrays;
  /** The same on the device; put there by the first step. */
  #held: Record<string, DeviceArray> | undefined;
  /** Names of what has changed since the host's arrays were written. */
  readonly #changed = new Set<string>();
  #accumulation: Accumulation | undefined;

  private constructor(parts: Parts, masks: readonly MaskSpec[]) {
    this.#parts = parts;
    this.masks = masks;
    const { arrays, rule } = parts;
    const state = arrays.trained.flatMap(({ name, shape, slots }) =>
      rule.slots.map((kind, i): [string, NdArray] => [
        slotName(kind, name),
        ndArray('float32', shape, slots[i] as Float32Array),
      ]),
    );
    this.#hosts = { ...arrays.parameters, ...Object.fromEntries(state) };
  }

  /** Loads the step; undefined where the runtime keeps no arrays or the optimizer has no graph. @param graph loss and gradients */
  static async create(
    graph: Readonly<Record<string, Tensor>>,
    arrays: StepArrays,
    options: EngineOptions,
  ): Promise<DeviceStep | undefined> {
    const { runtime, optimizer, clipNorm } = options;
    const { device } = runtime;
    if (!device || !optimizer.graph) return undefined;
    const rule = { graph: optimizer.graph, slots: optimizer.slots, clipNorm };
    const gradients = Object.fromEntries(
      arrays.trained.map(({ name }) => [name, graph[`${GRADIENT}${name}`] as Tensor]),
    );
    const outputs = { loss: graph.loss as Tensor, ...updateGraph(arrays.trained, gradients, rule) };
    const { session, masks } = await load(device, outputs, options);
    return new DeviceStep({ device, rule, graph, arrays, options, whole: session }, masks);
  }

  async run(parts: readonly StepPart[], numbers: Pick<UpdateNumbers, 'step' | 'learningRate'>): Promise<StepOutcome> {
    const held = this.#held ?? (await this.#putUp());
    const fixed = { ...held, ...updateFeeds(this.#parts.rule.graph, numbers) };
    const [only] = parts;
    const { arrays, kept } =
      parts.length === 1 && only
        ? await this.#parts.whole.run({ ...fixed, ...only.feeds() })
        : await this.#accumulated(parts, fixed);
    const [loss, gradientNorm] = [numberIn(arrays, 'loss'), numberIn(arrays, 'gradientNorm')];
    const next = successors(kept);
    // decided here and not in the graph: shading languages need not know what is no number
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      releaseAll(next);
      return { loss, gradientNorm };
    }
    for (const [name, array] of Object.entries(next)) {
      held[name]?.release();
      held[name] = array;
      this.#changed.add(name);
    }
    return { loss, gradientNorm };
  }

  async #putUp(): Promise<Record<string, DeviceArray>> {
    const { device, whole } = this.#parts;
    const held: Record<string, DeviceArray> = {};
    for (const name of whole.inputNames) {
      const array = this.#hosts[name];
      if (array) held[name] = await device.put(array);
    }
    this.#held = held;
    return held;
  }

  async #accumulated(parts: readonly StepPart[], fixed: DeviceFeeds): Promise<DeviceResults> {
    this.#accumulation ??= await this.#loadAccumulation();
    const { add: adding, apply, zeros } = this.#accumulation;
    let sums = zeros;
    let loss = 0;
    try {
      for (const { share, feeds } of parts) {
        const { arrays, kept } = await adding.run({ ...fixed, ...sums, ...feeds(), [SHARE]: scalar(share) });
        if (sums !== zeros) releaseAll(sums);
        sums = successors(kept);
        loss += share * numberIn(arrays, 'loss');
      }
      const { arrays, kept } = await apply.run({ ...fixed, ...sums });
      return { arrays: { ...arrays, loss: scalar(loss) }, kept };
    } finally {
      if (sums !== zeros) releaseAll(sums);
    }
  }

  async #loadAccumulation(): Promise<Accumulation> {
    const { device, rule, graph, arrays, options } = this.#parts;
    const { trained } = arrays;
    const sums = Object.fromEntries(trained.map(({ name, shape }) => [name, input(`${SUM}${name}`, 'float32', shape)]));
    const share = input(SHARE, 'float32', []);
    const added = trained.map(({ name }): [string, Tensor] => [
      `${NEXT}${SUM}${name}`,
      add(sums[name] as Tensor, multiply(graph[`${GRADIENT}${name}`] as Tensor, share)),
    ]);
    const { session: adding } = await load(
      device,
      { loss: graph.loss as Tensor, ...Object.fromEntries(added) },
      options,
    );
    const { session: apply } = await load(device, updateGraph(trained, sums, rule), options);
    const zeros: Record<string, DeviceArray> = {};
    for (const { name, shape, weight } of trained)
      zeros[`${SUM}${name}`] = await device.put(ndArray('float32', shape, new Float32Array(weight.length)));
    return { add: adding, apply, zeros };
  }

  async settle(): Promise<void> {
    for (const name of this.#changed) {
      const host = this.#hosts[name] as NdArray<'float32'>;
      const array = await this.#held?.[name]?.read();
      if (array) host.data.set(array.data as Float32Array);
    }
    this.#changed.clear();
  }

  restored(): void {
    releaseAll(this.#held ?? {});
    this.#held = undefined;
    this.#changed.clear();
  }

  async release(): Promise<void> {
    this.restored();
    const { add: adding, apply, zeros = {} } = this.#accumulation ?? {};
    releaseAll(zeros);
    for (const session of [this.#parts.whole, adding, apply]) await session?.release();
  }
}

async function load(
  device: Device,
  outputs: Readonly<Record<string, Tensor>>,
  { runtime, session }: EngineOptions,
): Promise<{ session: DeviceSession; masks: readonly MaskSpec[] }> {
  const { bytes, masks } = modelOf(optimized(outputs), runtime);
  const kept = Object.keys(outputs).filter((name) => name.startsWith(NEXT));
  return { session: await device.createSession(bytes, kept, session), masks };
}

/** What takes the place of which input. */
function successors(kept: DeviceArrays): DeviceArrays {
  return Object.fromEntries(Object.entries(kept).map(([name, array]) => [name.slice(NEXT.length), array]));
}

function releaseAll(arrays: DeviceArrays): void {
  for (const array of Object.values(arrays)) array.release();
}

function numberIn(arrays: NamedArrays, name: string): number {
  return (arrays[name] as NdArray<'float32'>).data[0] as number;
}
