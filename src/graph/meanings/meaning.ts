// What the meaning of an operation is: plain loops on float64, written to be obviously right. Tests compare everything with it.
import type { OpName } from '../operations.ts';
import type { Node } from '../tensor.ts';
import type { Value } from './values.ts';

/** Numbers of the symbolic sizes. */
export type Sizes = Readonly<Record<string, number>>;

/** The outputs of a node from its inputs. `shapes` are the concrete shapes of the outputs. */
export type Meaning<K extends OpName> = (
  inputs: readonly Value[],
  node: Node<K>,
  context: { readonly shapes: readonly (readonly number[])[]; readonly sizes: Sizes },
) => readonly Value[];

/** Meanings of some operations. */
export type Meanings<K extends OpName> = { readonly [P in K]: Meaning<P> };
