// What a report says: names and numbers as they are, words in every language of pages.
import { escaped } from './markup.ts';
import type { PageLanguage } from './replay-text.ts';

/** Words in every language. */
export type Bilingual = Readonly<Record<PageLanguage, string>>;

/** A text that is the same everywhere, or one for every language. */
export type Said = string | Bilingual;

/** The text in one language. */
export function inLanguage(said: Said, language: PageLanguage): string {
  return typeof said === 'string' ? said : said[language];
}

/** Texts one after the other, in every language. */
export function joined(...parts: readonly Said[]): Bilingual {
  const inOne = (language: PageLanguage): string => parts.map((part) => inLanguage(part, language)).join('');
  return { en: inOne('en'), zh: inOne('zh') };
}

/** Attributes by which the page's script finds both texts; none where there is one alone. */
export function saidAttributes(said: Said): string {
  return typeof said === 'string' ? '' : ` data-en="${escaped(said.en)}" data-zh="${escaped(said.zh)}"`;
}
