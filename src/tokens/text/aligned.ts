// A text on its way through normalizers: every UTF-16 unit remembers where in the original it came from.

/** A normalised text with the original place `[starts[i], ends[i])` of every unit. */
export interface AlignedText {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** A text that nobody has changed. */
export function aligned(text: string): AlignedText {
  return {
    text,
    starts: Array.from({ length: text.length }, (_, i) => i),
    ends: Array.from({ length: text.length }, (_, i) => i + 1),
  };
}

/** Every code point replaced by a text (`''` removes it), keeping its place. */
export function mapCodePoints(source: AlignedText, replace: (point: string) => string): AlignedText {
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const point of source.text) {
    const result = replace(point);
    const [start, end] = [source.starts[at] as number, source.ends[at + point.length - 1] as number];
    for (let i = 0; i < result.length; i++) {
      starts.push(start);
      ends.push(end);
    }
    text += result;
    at += point.length;
  }
  return { text, starts, ends };
}
