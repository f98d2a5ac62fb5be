// What every page is: one file with its style, readable in the dark and on a phone.
import { escaped } from './markup.ts';
import { pageStyle } from './page-style.ts';
import type { PageLanguage } from './replay-text.ts';

/** A page before its frame. */
export interface PageParts {
  /** Default `en`. */
  readonly language?: PageLanguage;
  /** Plain text. */
  readonly title: string;
  /** Rules after those of every page. */
  readonly style?: string;
  /** Markup, scripts at its end. */
  readonly body: string;
}

/** The page as HTML. */
export function page({ language = 'en', title, style = '', body }: PageParts): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${pageStyle}${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
