// What an augmentation is: a pure function of an original and of random numbers; and how one is described as data and made.
import type { Random } from '../../array/index.ts';
import { DataError } from '../dataset.ts';

/** A changed original; the argument stays as it is. Equal random numbers give equal results. */
export type Augment<T> = (original: T, random: Random) => T;

/** What an option may be. */
export type OptionValue = number | boolean | string | readonly number[] | readonly string[];

/** Where a number may lie, both ends included. */
export type Range = readonly [low: number, high: number];

/** Makes one kind of augmentation from options that were checked. */
export interface Maker<T> {
  /** What it does, one line. */
  readonly about: string;
  /** Values of options that are not given; their types are the options' types. */
  readonly initial: Readonly<Record<string, OptionValue>>;
  /** Ranges of numbers, and of the numbers in lists. */
  readonly ranges: Readonly<Record<string, Range>>;
  /** Numbers that count something. */
  readonly whole?: readonly string[];
  readonly make: (options: Readonly<Record<string, OptionValue>>) => Augment<T>;
}

/** A maker whose options have the types of their initial values. */
export function maker<T, const O extends Readonly<Record<string, OptionValue>>>(one: {
  readonly about: string;
  readonly initial: O;
  readonly ranges: { readonly [N in keyof O]?: Range };
  readonly whole?: readonly (keyof O)[];
  readonly make: (options: Widened<O>) => Augment<T>;
}): Maker<T> {
  return one as unknown as Maker<T>;
}

/** Options as anybody may give them: `0.5` is a number. */
export type Widened<O> = {
  readonly [N in keyof O]: O[N] extends number
    ? number
    : O[N] extends boolean
      ? boolean
      : O[N] extends readonly [number, number]
        ? readonly [number, number]
        : O[N] extends readonly string[]
          ? readonly string[]
          : O[N] extends readonly number[]
            ? readonly number[]
            : string;
};

/** One augmentation as data: its kind, and the options that differ from their initial values. */
export interface AugmentationSpec {
  readonly kind: string;
  readonly [option: string]: unknown;
}

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** What a number may be. */
interface NumberRule {
  readonly range: Range | undefined;
  readonly isWhole: boolean;
}

/** One option, checked against its initial value. */
function optionOf(where: string, value: unknown, initial: OptionValue, { range, isWhole }: NumberRule): OptionValue {
  const isNumber = (one: unknown): one is number =>
    typeof one === 'number' &&
    (isWhole ? Number.isSafeInteger(one) : Number.isFinite(one)) &&
    (!range || (one >= range[0] && one <= range[1]));
  const inside = range ? ` from ${range[0]} to ${range[1]}` : '';
  const fail = (what: string): never => {
    throw new DataError(`augment: expected ${where} as ${what}, got ${shown(value)}`);
  };
  if (typeof initial === 'number') return isNumber(value) ? value : fail(`a ${isWhole ? 'whole ' : ''}number${inside}`);
  if (typeof initial === 'boolean' || typeof initial === 'string')
    return typeof value === typeof initial ? (value as OptionValue) : fail(`a ${typeof initial}`);
  if (typeof initial[0] === 'string')
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : fail('a list of names');
  // two numbers are a range: from, to
  const whole = Array.isArray(value) && value.length === initial.length && value.every(isNumber);
  return whole && (value[0] as number) <= (value[1] as number) ? value : fail(`[low, high]${inside}`);
}

/**
 * One augmentation from its description.
 * @throws DataError for an unknown kind or option, and for a value of another type or out of range
 */
export function makeAugment<T>(
  makers: Readonly<Record<string, Maker<T>>>,
  spec: AugmentationSpec,
  place: string,
): Augment<T> {
  const found = Object.hasOwn(makers, spec.kind) ? makers[spec.kind] : undefined;
  if (!found) {
    throw new DataError(
      `augment: expected a kind among ${Object.keys(makers).join(', ')}, got ${shown(spec.kind)} (${place})`,
    );
  }
  const { initial, ranges, whole = [], make } = found;
  const { kind, ...given } = spec;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(initial, name));
  if (unknown !== undefined) {
    const known = Object.keys(initial).join(', ') || 'none';
    throw new DataError(`augment: expected options of ${kind} among ${known}, got ${unknown} (${place})`);
  }
  const checked = Object.entries(given).map(([name, value]) => [
    name,
    optionOf(`${kind}.${name}`, value, initial[name] as OptionValue, {
      range: ranges[name],
      isWhole: whole.includes(name),
    }),
  ]);
  return make({ ...initial, ...Object.fromEntries(checked) });
}

/** Uniform in [low, high). */
export function between(random: Random, [low, high]: Range): number {
  return low + (high - low) * random.uniform();
}

/** Whether something happens that happens with this probability. */
export function happens(random: Random, probability: number): boolean {
  return random.uniform() < probability;
}

/** What is usually there: a probability. */
export const PROBABILITY: Range = [0, 1];
