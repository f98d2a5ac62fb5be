// The parameter tree: a model is a function over a Module, which knows where in the tree it stands. The path of a parameter is
// its name. The same function initialises (its parameters are declared), loads (their names are looked up) and is traced.
import { type NamedArrays, sizeOf } from '../array/index.ts';
import { dropout, parameter, scope, type Tensor } from '../graph/index.ts';
import type { Initializer } from './initialize.ts';

/** What a model says of one parameter. */
export interface ParameterSpec {
  readonly shape: readonly number[];
  readonly initialize: Initializer;
  /** Stored with the parameters but never trained; a file may lack it. */
  readonly isBuffer?: boolean;
}

/** What all modules of one traced model share. */
export interface ModuleContext {
  readonly specs: Map<string, ParameterSpec>;
  readonly tensors: Map<string, Tensor>;
  /** Whether dropout is on. */
  readonly training: boolean;
  /** Whether blocks keep only what goes in and compute the rest again for the gradients. */
  readonly recompute: boolean;
}

/** A place in the parameter tree. */
export class Module {
  readonly path: string;
  readonly context: ModuleContext;

  constructor(context: ModuleContext, path = '') {
    this.context = context;
    this.path = path;
  }

  /** The root of a new tree. */
  static root({ training, recompute = false }: { readonly training: boolean; readonly recompute?: boolean }): Module {
    return new Module({ specs: new Map(), tensors: new Map(), training, recompute });
  }

  /** Runs `body` one level deeper: parameters, taps, dropout sites and errors below carry `name` in their paths. */
  child<T>(name: string, body: (module: Module) => T): T {
    return scope(name, () => body(new Module(this.context, this.path ? `${this.path}.${name}` : name)));
  }

  /**
   * The parameter `name` of this place; asking twice gives the same tensor, which is how weights are tied.
   * @throws RangeError when the same name is asked for with another shape
   */
  parameter(name: string, shape: readonly number[], initialize: Initializer): Tensor {
    return this.#declare(name, { shape, initialize });
  }

  /** A stored value that training leaves as it is and that a file may lack; otherwise as `parameter`. */
  buffer(name: string, shape: readonly number[], initialize: Initializer): Tensor {
    return this.#declare(name, { shape, initialize, isBuffer: true });
  }

  #declare(name: string, spec: ParameterSpec): Tensor {
    const { shape } = spec;
    const path = this.path ? `${this.path}.${name}` : name;
    const known = this.context.specs.get(path);
    if (known && known.shape.join() !== shape.join()) {
      throw new RangeError(`Module.parameter: expected [${known.shape}] for '${path}' as before, got [${shape}]`);
    }
    let tensor = this.context.tensors.get(path);
    if (!tensor) {
      tensor = parameter(path, 'float32', shape);
      this.context.specs.set(path, spec);
      this.context.tensors.set(path, tensor);
    }
    return tensor;
  }

  /** Dropout while training, the value itself otherwise. `name` tells apart the sites of one place. */
  dropout(x: Tensor, rate: number, name = 'dropout'): Tensor {
    return this.context.training ? dropout(x, rate, name) : x;
  }
}

/** First values for every parameter, a function of the seed and the parameters' names alone. */
export function initializeParameters(specs: ReadonlyMap<string, ParameterSpec>, seed: number): NamedArrays {
  return Object.fromEntries(
    [...specs].map(([name, spec]) => [name, spec.initialize({ seed, site: name }, spec.shape)]),
  );
}

/** Number of trainable numbers. */
export function countParameters(specs: ReadonlyMap<string, ParameterSpec>): number {
  return [...specs.values()].reduce((total, spec) => total + (spec.isBuffer ? 0 : sizeOf(spec.shape)), 0);
}
