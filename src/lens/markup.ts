// Text in markup: escaping, and JSON inside a page.

/** Text that is only text, in HTML and SVG, also in attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** JSON that cannot end the script element it stands in. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** FNV-1a of a text, in hexadecimal: pages of one capture carry the same id. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const c of text) hash = Math.imul(hash ^ (c.codePointAt(0) as number), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Colours that tell neighbours apart; not meant to be counted. */
export const palette: readonly string[] = [
  '#4c78a8',
  '#f58518',
  '#54a24b',
  '#b279a2',
  '#e45756',
  '#72b7b2',
  '#9d755d',
  '#eeca3b',
];

/** The colour of unit `index`. */
export function colorOf(index: number): string {
  return palette[index % palette.length] as string;
}

/** An SVG file, also good inside a page. Its size is in pixels; a page shrinks it to its width. */
export function svg(width: number, height: number, title: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" fill="currentColor"><title>${escaped(title)}</title>${body}</svg>`;
}
