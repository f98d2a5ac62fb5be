// The host's own memory as a device, over any runtime: what graphs for devices are held against where there is none.
import { type NamedArrays, type NdArray, ndArray } from '../../array/index.ts';
import { releasedArray } from './feeds.ts';
import type {
  Device,
  DeviceArray,
  DeviceFeeds,
  DeviceResults,
  DeviceSession,
  Runtime,
  Session,
  SessionOptions,
} from './session.ts';

class HostArray implements DeviceArray {
  readonly dtype: NdArray['dtype'];
  readonly shape: readonly number[];
  #array: NdArray | undefined;

  constructor(array: NdArray) {
    this.dtype = array.dtype;
    this.shape = array.shape;
    this.#array = array;
  }

  /** The array itself. @throws RuntimeError when it is released */
  get array(): NdArray {
    if (!this.#array) throw releasedArray();
    return this.#array;
  }

  async read(): Promise<NdArray> {
    return copyOf(this.array);
  }

  release(): void {
    this.#array = undefined;
  }
}

function copyOf({ dtype, shape, data }: NdArray): NdArray {
  return ndArray(dtype, shape, data.slice() as Float32Array) as NdArray;
}

class HostSession implements DeviceSession {
  readonly #session: Session;
  readonly #kept: ReadonlySet<string>;
  readonly inputNames: readonly string[];

  constructor(session: Session, kept: readonly string[]) {
    this.#session = session;
    this.#kept = new Set(kept);
    this.inputNames = session.inputNames;
  }

  async run(feeds: DeviceFeeds): Promise<DeviceResults> {
    const given: NamedArrays = Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [name, feed instanceof HostArray ? feed.array : (feed as NdArray)]),
    );
    const results = Object.entries(await this.#session.run(given));
    return {
      arrays: Object.fromEntries(results.filter(([name]) => !this.#kept.has(name))),
      kept: Object.fromEntries(
        results.filter(([name]) => this.#kept.has(name)).map(([name, array]) => [name, new HostArray(array)]),
      ),
    };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** Keeps arrays in the host's memory: nothing is saved by it. `{ ...runtime, device: hostDevice(runtime) }` trains as on a device. */
export function hostDevice(runtime: Runtime): Device {
  return {
    put: async (array) => new HostArray(copyOf(array)),
    createSession: async (model, kept, options?: SessionOptions) =>
      new HostSession(await runtime.createSession(model, options), kept),
  };
}
