// A model as a function on named arrays: trace, optionally differentiate, run. What `tesserae forward` prints to a file.
import type { NamedArrays, NdArray } from '../array/index.ts';
import { gradients, type Replacement, type Runtime, type SessionOptions, type Tensor, trace } from '../graph/index.ts';
import { checkedInputs, declareInputs, type ForwardRequest, type Model, settle } from '../models/index.ts';
import { Module } from '../nn/index.ts';
import { runOutputs } from './session.ts';

/** Groups of results; anything else is the name of a tap. */
export type Want = 'logits' | 'loss' | 'hidden_states' | 'attentions' | 'cache' | 'gradients' | 'all' | (string & {});

/** Options of `runForward`. */
export interface ForwardOptions {
  readonly want: readonly Want[];
  readonly runtime: Runtime;
  readonly session?: SessionOptions;
  /** What each parameter is called in the results' `gradients.{name}`; our own name when absent. */
  readonly nameOf?: (parameter: string) => string;
  /** Values put in the place of taps. */
  readonly replacements?: Readonly<Record<string, Replacement>>;
}

/** The tensors a traced forward pass offers, by the names that results carry. */
export interface TracedForward {
  readonly values: Readonly<Record<string, Tensor>>;
  readonly states: Readonly<Record<string, Tensor>>;
  /** Keys and values for a next step, where the model is a decoder. */
  readonly cache?: Readonly<Record<string, Tensor>>;
  readonly taps: ReadonlyMap<string, Tensor>;
  /** All but the buffers: what a loss is differentiated by. */
  readonly parameters: ReadonlyMap<string, Tensor>;
}

/** The parameters that have gradients. */
function trainedOf(module: Module): ReadonlyMap<string, Tensor> {
  const { specs, tensors } = module.context;
  return new Map([...tensors].filter(([name]) => !specs.get(name)?.isBuffer));
}

/**
 * Traces `model` in evaluation mode on the inputs that are given.
 * @throws RangeError for an input that the model does not have, listing those it has
 */
export function traceForward(
  model: Model,
  given: readonly string[],
  replacements: Readonly<Record<string, Replacement>> = {},
  request: ForwardRequest = {},
): TracedForward {
  const module = Module.root({ training: false });
  const { result, taps } = trace(() => {
    return model.forward(module, declareInputs(model, given), {}, request);
  }, replacements);
  return { ...result, taps, parameters: trainedOf(module) };
}

/** `decoder_hidden_states.3 → hidden_states`: every tower's states belong to the group. */
function groupOf(state: string): string {
  return state.replace(/\.\d+$/, '').replace(/^.*(hidden_states|attentions)$/, '$1');
}

/** The results asked for, by name. @throws RangeError for a name that is neither a group nor a tap */
export function selectOutputs(
  traced: TracedForward,
  options: Pick<ForwardOptions, 'want' | 'nameOf'>,
): Record<string, Tensor> {
  const { want, nameOf = (name: string): string => name } = options;
  const all = want.includes('all');
  const selected: Record<string, Tensor> = {};
  for (const [name, value] of Object.entries(traced.values)) {
    if (all || (name === 'loss' ? want.includes('loss') : want.includes('logits')) || want.includes(name))
      selected[name] = value;
  }
  for (const [name, state] of Object.entries(traced.states)) {
    if (all || want.includes(name) || want.includes(groupOf(name))) selected[name] = state;
  }
  for (const [name, kept] of Object.entries(traced.cache ?? {})) {
    if (all || want.includes('cache') || want.includes(name)) selected[name] = kept;
  }
  if ((all && traced.values.loss) || want.includes('gradients')) {
    if (!traced.values.loss) throw new RangeError('forward: expected labels among the inputs for gradients, got none');
    const names = [...traced.parameters.keys()];
    const derived = gradients(traced.values.loss, [...traced.parameters.values()]);
    names.forEach((name, i) => {
      selected[`gradients.${nameOf(name)}`] = derived[i] as Tensor;
    });
  }
  const groups = ['logits', 'loss', 'hidden_states', 'attentions', 'cache', 'gradients', 'all'];
  for (const name of want.filter((wanted) => !groups.includes(wanted) && !selected[wanted])) {
    const value = traced.taps.get(name);
    if (!value)
      throw new RangeError(
        `forward: expected ${groups.join(', ')} or the name of a tap, got '${name}'; 'tesserae trace' lists the taps`,
      );
    selected[name] = value;
  }
  return selected;
}

/** Runs `model` once with the given parameters (our names) and inputs. */
export async function runForward(
  model: Model,
  parameters: NamedArrays,
  inputs: NamedArrays,
  options: ForwardOptions,
): Promise<Record<string, NdArray>> {
  const settled = settle(model, inputs);
  const traced = traceForward(settled.model, Object.keys(settled.inputs), options.replacements);
  const checked = checkedInputs(settled.model, settled.inputs, traced.values.logits?.shape);
  const selected = selectOutputs(traced, options);
  if (Object.keys(selected).length === 0)
    throw new RangeError('forward: expected labels among the inputs for the loss, got none');
  return runOutputs(selected, [parameters, checked], options);
}
