// A component as `tokenizer.json` describes it, and reading its fields: what is missing, unknown or of a wrong type is named.
import { TokenizerError } from '../tokenizer.ts';

/** A component as `tokenizer.json` describes it. */
export type Component = Readonly<Record<string, unknown>> & { readonly type: string };

/** Says what was expected. */
export function refuse(where: string, expected: string, got: unknown): never {
  const shown = written(got);
  throw new TokenizerError(
    `${where}: expected ${expected}, got ${shown.length > 120 ? `${shown.slice(0, 120)}…` : shown} (tokenizer.json)`,
  );
}

/** A value as JSON, or what it is where it is nested too deeply to be written. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Array.isArray(value) ? 'a list of lists' : Object.prototype.toString.call(value);
  }
}

/** Reads fields one by one; `done` refuses those that nobody asked for. */
export class Fields {
  readonly #where: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #seen = new Set<string>(['type']);

  constructor(where: string, values: unknown) {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) refuse(where, 'an object', values);
    this.#where = where;
    this.#values = values as Record<string, unknown>;
  }

  get where(): string {
    return this.#where;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  /** The raw value. */
  any(name: string): unknown {
    this.#seen.add(name);
    return this.#values[name];
  }

  #typed<T>(name: string, type: string, fallback: T | undefined): T {
    const value = this.any(name);
    if (value === undefined || value === null) {
      if (fallback !== undefined) return fallback;
      return refuse(this.#where, `a field ${name}`, Object.keys(this.#values));
    }
    if (typeof value !== type) refuse(`${this.#where}.${name}`, `a ${type}`, value);
    return value as T;
  }

  string(name: string, fallback?: string): string {
    return this.#typed(name, 'string', fallback);
  }

  boolean(name: string, fallback?: boolean): boolean {
    return this.#typed(name, 'boolean', fallback);
  }

  /** A whole number >= 0. */
  count(name: string, fallback?: number): number {
    const value = this.#typed<number>(name, 'number', fallback);
    if (!Number.isSafeInteger(value) || value < 0) refuse(`${this.#where}.${name}`, 'a whole number >= 0', value);
    return value;
  }

  number(name: string, fallback?: number): number {
    return this.#typed(name, 'number', fallback);
  }

  /** Exactly one code point. */
  character(name: string, fallback?: string): string {
    const value = this.string(name, fallback);
    if ([...value].length !== 1) refuse(`${this.#where}.${name}`, 'one character', value);
    return value;
  }

  choice<T extends string>(name: string, options: readonly T[], fallback?: T): T {
    const value = this.string(name, fallback);
    if (!options.includes(value as T)) refuse(`${this.#where}.${name}`, options.join(', '), value);
    return value as T;
  }

  list(name: string): unknown[] {
    const value = this.any(name);
    if (!Array.isArray(value)) refuse(`${this.#where}.${name}`, 'a list', value);
    return value;
  }

  /** Fields that older files carry and nobody needs. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#seen.add(name);
  }

  done(): void {
    for (const name of Object.keys(this.#values)) {
      if (!this.#seen.has(name))
        refuse(this.#where, `fields ${[...this.#seen].filter((known) => known !== 'type').join(', ') || 'none'}`, name);
    }
  }
}

/** A maker for every `type`. */
export type Makers<T> = Readonly<Record<string, (fields: Fields, component: Component) => T>>;

/** Whether a part of the file is not there. Anything else that is no component is refused by {@link make}. */
export const isAbsent = (component: unknown): component is null | undefined =>
  component === undefined || component === null;

/** Makes a component by its `type`. @throws TokenizerError naming a type or field that is not known */
export function make<T>(kind: string, makers: Makers<T>, component: unknown): T {
  const type = (component as Component | null)?.type;
  const maker = typeof type === 'string' && Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (!maker) refuse(kind, `one of ${Object.keys(makers).join(', ')}`, type ?? component);
  const fields = new Fields(`${kind} ${type}`, component);
  const made = maker(fields, component as Component);
  fields.done();
  return made;
}
