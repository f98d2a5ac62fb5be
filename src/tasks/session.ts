// Named tensors to a loaded session, and the arrays it asks for: what running, inspecting and serving share.
import { type NamedArrays, type NdArray, sizeOf } from '../array/index.ts';
import {
  fewRows,
  optimize,
  type Pass,
  type Runtime,
  RuntimeError,
  type Session,
  type SessionOptions,
  type Tensor,
  writeOnnx,
} from '../graph/index.ts';

/** How what answers has its weights. */
export type WeightsUse = 'fed' | 'packed';

/** Where a graph is loaded. */
export interface SessionTarget {
  readonly runtime: Runtime;
  readonly session?: SessionOptions;
  /**
   * `fed`, the default: weights are shared with whoever has them, and read at every run. `packed`: they are constants that the runtime puts
   * into an order of its own before the first run, which makes runs faster, takes a second for 400 MB and the same memory once more.
   */
  readonly weights?: WeightsUse;
}

type Outputs = Readonly<Record<string, Tensor>>;

function load(outputs: Outputs, { runtime, session }: SessionTarget, constants: NamedArrays = {}): Promise<Session> {
  const { bytes } = writeOnnx(outputs, { backend: runtime.backend, initializers: constants });
  return runtime.createSession(bytes, session);
}

function cleaned(outputs: Outputs, chosen?: readonly Pass[]): Outputs {
  const optimized = optimize(Object.values(outputs), chosen);
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, optimized[i] as Tensor]));
}

/** Cleans the graph up, writes it for the runtime and loads it. The caller releases the session. */
export function loadOutputs(outputs: Outputs, target: SessionTarget): Promise<Session> {
  return load(cleaned(outputs), target);
}

/**
 * One graph for inputs of all sizes: where few tokens gain by a graph of their own, they have one; packed weights serve both. Sessions are
 * made when they are needed.
 */
export class SizedSessions {
  readonly #target: SessionTarget;
  /** Up to so many tokens are few. */
  readonly #most: number;
  readonly #many: Outputs;
  readonly #few: Outputs;
  readonly #sessions = new Map<Outputs, Promise<Session>>();
  #packed: NamedArrays | undefined;
  #isReleased = false;

  constructor(outputs: Outputs, target: SessionTarget) {
    this.#target = target;
    this.#most = target.weights === 'packed' ? 0 : (target.runtime.backend.fewRows ?? 0);
    this.#many = cleaned(outputs);
    const few = this.#most > 0 ? cleaned(this.#many, [fewRows]) : this.#many;
    const isOther = Object.keys(few).some((name) => few[name] !== this.#many[name]);
    this.#few = isOther ? few : this.#many;
  }

  /**
   * The session for a run on these inputs by these weights.
   * @throws RuntimeError after `release`
   * @throws RangeError where weights are packed: for others than those of the first run, and above 2 GB
   */
  async for({ input_ids: ids }: NamedArrays, weights: NamedArrays): Promise<Session> {
    if (this.#isReleased) throw new RuntimeError('run: expected a live model, this one is released');
    const constants = this.#target.weights === 'packed' ? this.#onlyOnes(weights) : undefined;
    const graph = ids && sizeOf(ids.shape) <= this.#most ? this.#few : this.#many;
    const made = this.#sessions.get(graph);
    if (made) return made;
    const session = load(graph, this.#target, constants);
    this.#sessions.set(graph, session);
    // the next run may find room again
    session.catch(() => this.#sessions.delete(graph));
    return session;
  }

  /** Packed weights stay. */
  #onlyOnes(weights: NamedArrays): NamedArrays {
    this.#packed ??= weights;
    if (this.#packed !== weights)
      throw new RangeError(
        "run: expected the weights that the first run packed, got others; feed them (weights: 'fed')",
      );
    return weights;
  }

  /** Frees native memory. */
  async release(): Promise<void> {
    this.#isReleased = true;
    for (const session of this.#sessions.values()) await (await session).release();
  }
}

/** The arrays that a session reads, each from the first source that has it; missing ones are the session's to name. */
export function feedsFor(session: Session, ...sources: readonly NamedArrays[]): NamedArrays {
  const find = (name: string): NdArray | undefined => sources.find((source) => name in source)?.[name];
  const found = session.inputNames
    .map((name) => [name, find(name)] as const)
    .filter(([, array]) => array !== undefined);
  return Object.fromEntries(found) as NamedArrays;
}

/** Loads, runs once, releases. */
export async function runOutputs(
  outputs: Readonly<Record<string, Tensor>>,
  sources: readonly NamedArrays[],
  target: SessionTarget,
): Promise<Record<string, NdArray>> {
  const session = await loadOutputs(outputs, target);
  try {
    return await session.run(feedsFor(session, ...sources));
  } finally {
    await session.release();
  }
}
