// Hidden states and attention patterns under the names of results.
import type { Tensor } from '../graph/index.ts';
import type { TowerResult } from '../nn/index.ts';

type States = Pick<TowerResult, 'hiddenStates' | 'attentions'> & Partial<Pick<TowerResult, 'crossAttentions'>>;

/**
 * `hidden_states.{i}`, `attentions.{i}`, with `encoder_` or `decoder_` in front where there are two towers; `cross_attentions.{i}`.
 * A tower with a name of its own, `text_model.`, stands before all three.
 */
export function namedStates(
  states: States,
  tower: '' | 'encoder_' | 'decoder_' | `${string}.` = '',
): Record<string, Tensor> {
  const numbered = (name: string, tensors: readonly Tensor[]): [string, Tensor][] =>
    tensors.map((tensor, i) => [`${name}.${i}`, tensor]);
  return Object.fromEntries([
    ...numbered(`${tower}hidden_states`, states.hiddenStates),
    ...numbered(`${tower}attentions`, states.attentions),
    ...numbered(`${tower.endsWith('.') ? tower : ''}cross_attentions`, states.crossAttentions ?? []),
  ]);
}
