// After a non-finite loss: where did it begin? The step is traced again with every tap as an output.
import { type NamedArrays, type NdArray, nonFiniteAt } from '../array/index.ts';
import { type Tensor, writeOnnx } from '../graph/index.ts';
import { firstNonFinite } from './finite.ts';
import { Masks } from './masks.ts';
import { type Objective, type StepOptions, sizesOf, traceStep } from './step.ts';

/** What is not finite: a parameter, an input, or the first intermediate value in the order of computation. */
export interface NonFinite {
  readonly kind: 'parameter' | 'input' | 'value';
  /** Name, or module path of the tap. */
  readonly name: string;
}

/** Runs the forward pass of `step` once more with all taps; undefined when everything tapped is finite. */
export async function diagnose(
  objective: Objective,
  parameters: NamedArrays,
  batch: NamedArrays,
  options: Pick<StepOptions, 'runtime' | 'session' | 'groups' | 'seed'> & { readonly step: number },
): Promise<NonFinite | undefined> {
  const parameter = firstNonFinite(parameters);
  if (parameter !== undefined) return { kind: 'parameter', name: parameter };
  const given = firstNonFinite(batch);
  if (given !== undefined) return { kind: 'input', name: given };
  const { taps } = traceStep(objective, options);
  const floats = [...taps].filter(([, tensor]) => tensor.dtype.startsWith('float'));
  const outputs: Record<string, Tensor> = Object.fromEntries(floats.map(([name, tensor]) => [`tap:${name}`, tensor]));
  const model = writeOnnx(outputs, { backend: options.runtime.backend });
  const masks = model.inputs.flatMap(({ kind, name, rate = 0, shape }) =>
    kind === 'mask' ? [{ name, rate, shape }] : [],
  );
  const session = await options.runtime.createSession(model.bytes, options.session);
  try {
    const drawn = new Masks(masks, options.seed).at(options.step, sizesOf(objective, batch));
    const results = await session.run({ ...parameters, ...batch, ...drawn });
    const name = floats.map(([tap]) => tap).find((tap) => nonFiniteAt(results[`tap:${tap}`] as NdArray) >= 0);
    return name === undefined ? undefined : { kind: 'value', name };
  } finally {
    await session.release();
  }
}
