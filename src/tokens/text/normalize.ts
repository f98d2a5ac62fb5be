// Normalizers of `tokenizer.json`, as functions of aligned text. A component that is not here is refused by name.
import { TokenizerError } from '../tokenizer.ts';
import { type AlignedText, mapCodePoints } from './aligned.ts';

/** Changes a text and keeps track of places. */
export type Normalizer = (text: AlignedText) => AlignedText;

/** A component as `tokenizer.json` describes it. */
export type Component = Readonly<Record<string, unknown>> & { readonly type: string };

const isControl = (point: string): boolean =>
  !/^[\t\n\r]$/.test(point) && /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]$/u.test(point);
const isWhitespace = (point: string): boolean => /^\p{White_Space}$/u.test(point);

/** The blocks that BERT spaces out (bert/tokenization.py, `_is_chinese_char`). */
export function isHan(point: string): boolean {
  const code = point.codePointAt(0) as number;
  return (
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x20000 && code <= 0x2ceaf) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0x2f800 && code <= 0x2fa1f)
  );
}

const stripAccents: Normalizer = (text) =>
  mapCodePoints(text, (point) => point.normalize('NFD').replace(/\p{Mn}/gu, ''));
const lowercase: Normalizer = (text) => mapCodePoints(text, (point) => point.toLowerCase());

function bert(component: Component): Normalizer {
  const steps: Normalizer[] = [];
  if (component.clean_text ?? true) {
    steps.push((text) =>
      mapCodePoints(text, (point) =>
        point === '\0' || point === '\ufffd' || isControl(point) ? '' : isWhitespace(point) ? ' ' : point,
      ),
    );
  }
  if (component.handle_chinese_chars ?? true)
    steps.push((text) => mapCodePoints(text, (point) => (isHan(point) ? ` ${point} ` : point)));
  const lower = component.lowercase ?? true;
  if (component.strip_accents ?? lower) steps.push(stripAccents);
  if (lower) steps.push(lowercase);
  return (text) => steps.reduce((current, step) => step(current), text);
}

const makers: Readonly<Record<string, (component: Component) => Normalizer>> = {
  BertNormalizer: bert,
  Lowercase: () => lowercase,
  StripAccents: () => (text) => mapCodePoints(text, (point) => point.replace(/\p{Mn}/gu, '')),
  Sequence: (component) => {
    const steps = (component.normalizers as Component[]).map(normalizer);
    return (text) => steps.reduce((current, step) => step(current), text);
  },
};

/** @throws TokenizerError for a component that is not known */
export function normalizer(component: Component | null | undefined): Normalizer {
  if (!component) return (text) => text;
  const make = makers[component.type];
  if (!make)
    throw new TokenizerError(
      `normalizer: expected one of ${Object.keys(makers).join(', ')}, got '${component.type}' (tokenizer.json)`,
    );
  return make(component);
}
