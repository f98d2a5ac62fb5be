// Memory of ONNX Runtime's WebGPU provider as a device: results stay in buffers, which the next run reads where they lie.
import type * as Ort from 'onnxruntime-common';
import { type DType, type NamedArrays, type NdArray, ndArray } from '../../array/index.ts';
import { feedFor, releasedArray, runError } from './feeds.ts';
import { downloaded, type GpuDevice, uploaded } from './gpu-buffer.ts';
import { type FeedCheck, feedCheckOf } from './needs.ts';
import { loadOrt, type OrtModule, type OrtSettings, toArray, toOrt } from './ort-session.ts';
import {
  type Device,
  type DeviceArray,
  type DeviceFeeds,
  type DeviceResults,
  type DeviceSession,
  RuntimeError,
  type SessionOptions,
} from './session.ts';
import type { Turns } from './turns.ts';

/** A tensor of ONNX Runtime in a buffer. */
class OrtArray implements DeviceArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly #inTurn: Turns;
  #tensor: Ort.Tensor | undefined;

  constructor(tensor: Ort.Tensor, inTurn: Turns) {
    this.dtype = tensor.type as DType;
    this.shape = tensor.dims;
    this.#tensor = tensor;
    this.#inTurn = inTurn;
  }

  /** @throws RuntimeError when it is released */
  get tensor(): Ort.Tensor {
    if (!this.#tensor) throw releasedArray();
    return this.#tensor;
  }

  read(): Promise<NdArray> {
    return this.#inTurn(
      async () => ndArray(this.dtype, this.shape, (await this.tensor.getData()) as Float32Array) as NdArray,
    );
  }

  release(): void {
    const tensor = this.#tensor;
    this.#tensor = undefined;
    // runs that were asked for before still read it
    void this.#inTurn(async () => tensor?.dispose());
  }
}

class OrtDeviceSession implements DeviceSession {
  readonly #ort: OrtModule;
  readonly #kept: ReadonlySet<string>;
  readonly #check: FeedCheck;
  readonly #inTurn: Turns;
  #session: Ort.InferenceSession | undefined;
  readonly inputNames: readonly string[];

  constructor(
    ort: OrtModule,
    session: Ort.InferenceSession,
    kept: readonly string[],
    { check, inTurn }: { readonly check: FeedCheck; readonly inTurn: Turns },
  ) {
    this.#ort = ort;
    this.#session = session;
    this.#kept = new Set(kept);
    this.#check = check;
    this.#inTurn = inTurn;
    this.inputNames = session.inputNames;
  }

  async run(feeds: DeviceFeeds): Promise<DeviceResults> {
    const lying: Record<string, Ort.Tensor> = {};
    const others: Record<string, NdArray> = {};
    for (const [name, feed] of Object.entries(feeds)) {
      if (feed instanceof OrtArray) lying[name] = feed.tensor;
      else others[name] = feed as NdArray;
    }
    return this.#inTurn(() => this.#run(lying, others));
  }

  async #run(lying: Readonly<Record<string, Ort.Tensor>>, others: NamedArrays): Promise<DeviceResults> {
    const session = this.#session;
    if (!session) throw new RuntimeError('run: expected a live session, this one is released');
    const given = Object.fromEntries(
      this.inputNames.map((name) => [name, lying[name] ?? toOrt(this.#ort, name, feedFor(name, others))]),
    );
    this.#check(others);
    try {
      return this.#sorted(await session.run(given));
    } catch (error) {
      throw runError(error, others);
    }
  }

  #sorted(results: Ort.InferenceSession.OnnxValueMapType): DeviceResults {
    const arrays: Record<string, NdArray> = {};
    const kept: Record<string, DeviceArray> = {};
    for (const [name, value] of Object.entries(results)) {
      const tensor = value as Ort.Tensor;
      if (this.#kept.has(name)) kept[name] = new OrtArray(tensor, this.#inTurn);
      else arrays[name] = toArray(tensor);
    }
    return { arrays, kept };
  }

  release(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#session?.release();
      this.#session = undefined;
    });
  }
}

/** A buffer of ONNX Runtime's own WebGPU device, holding a copy of an array. @throws RuntimeError for a storage-only type */
async function tensorOf(ort: OrtModule, array: NdArray): Promise<Ort.Tensor> {
  const { type } = toOrt(ort, 'array', array);
  const gpu = (await ort.env.webgpu.device) as GpuDevice;
  const { buffer: memory, byteOffset, byteLength } = array.data;
  const buffer = uploaded(gpu, new Uint8Array(memory, byteOffset, byteLength));
  const like = array.data.constructor as Float32ArrayConstructor;
  return ort.Tensor.fromGpuBuffer(buffer as unknown as Ort.Tensor.GpuBufferType, {
    dataType: type as 'float32',
    dims: array.shape as number[],
    download: async () => new like(await downloaded(gpu, buffer, byteLength)),
    dispose: () => buffer.destroy(),
  });
}

/** The device of a WebGPU package, whose calls go through the queue of `settings`. */
export function ortDevice(ort: OrtModule, settings: OrtSettings & { readonly inTurn: Turns }): Device {
  const { inTurn } = settings;
  return {
    put: (array) => inTurn(async () => new OrtArray(await tensorOf(ort, array), inTurn)),
    createSession: async (model, kept, options: SessionOptions = {}) => {
      const places = Object.fromEntries(kept.map((name) => [name, 'gpu-buffer' as const]));
      const session = await loadOrt(ort, model, { ...settings, preferredOutputLocation: places }, options);
      return new OrtDeviceSession(ort, session, kept, { check: feedCheckOf(model), inTurn });
    },
  };
}
