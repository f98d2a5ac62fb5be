// Named tensors to a loaded session, and the arrays it asks for: what running, inspecting and serving share.
import { type NamedArrays, type NdArray, sizeOf } from '../array/index.ts';
import {
  type Backend,
  fewRows,
  optimize,
  type Pass,
  passes,
  type Runtime,
  type Session,
  type SessionOptions,
  type Tensor,
  writeOnnx,
} from '../graph/index.ts';

/** Where a graph is loaded. */
export interface SessionTarget {
  readonly runtime: Runtime;
  readonly session?: SessionOptions;
}

const forFew: readonly Pass[] = [...passes, fewRows];

/** The clean-up of a graph that is to be run on these inputs: few tokens in all have one of their own. */
export function passesFor({ input_ids: ids }: NamedArrays, { fewRows: most = 0 }: Backend): readonly Pass[] {
  return ids && sizeOf(ids.shape) <= most ? forFew : passes;
}

/** Cleans the graph up, writes it for the runtime and loads it. The caller releases the session. */
export function loadOutputs(
  outputs: Readonly<Record<string, Tensor>>,
  target: SessionTarget,
  chosen: readonly Pass[] = passes,
): Promise<Session> {
  const names = Object.keys(outputs);
  const optimized = optimize(Object.values(outputs), chosen);
  const named = Object.fromEntries(names.map((name, i) => [name, optimized[i] as Tensor]));
  const { bytes } = writeOnnx(named, { backend: target.runtime.backend });
  return target.runtime.createSession(bytes, target.session);
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
