// The look of the page: one column of text width, quiet, readable in light and dark.

/** CSS. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c1b1a; --paper: #fbfaf7; --soft: #6b6862; --line: #dedad2; --accent: 178 74 36; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece8e1; --paper: #191816; --soft: #a19c93; --line: #3a3733; --accent: 244 150 98; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; font: 16px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; color: var(--ink); background: var(--paper); }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
h1 { font-size: 1.6rem; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 1rem; margin: 2rem 0 .25rem; }
.hint, footer, #reading { color: var(--soft); font-size: .875rem; margin: 0 0 .75rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem; }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: .4rem; padding: .2rem .6rem; cursor: pointer; }
:focus-visible { outline: 2px solid rgb(var(--accent)); outline-offset: 2px; }
#tokens { display: flex; flex-wrap: wrap; gap: .25rem; }
#tokens button { padding: .15rem .4rem; border-color: var(--line); font-variant-ligatures: none; }
#tokens button[aria-pressed=true] { border-color: rgb(var(--accent)); box-shadow: 0 0 0 1px rgb(var(--accent)); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0 2.5rem; }
.bar { display: grid; grid-template-columns: minmax(5rem, 9rem) 1fr 4rem; align-items: center; gap: .5rem; font-size: .875rem; line-height: 1.7; }
.bar b { font-weight: 400; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar i { height: .7rem; background: rgb(var(--accent)); border-radius: .15rem; display: block; }
.bar .track { position: relative; height: .7rem; }
.bar .track i { position: absolute; }
.bar span { text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); }
/* rows are there for those who hear the page; the columns are the grid's */
#grid { display: grid; gap: .4rem; width: max-content; max-width: 100%; }
#grid [role=row] { display: contents; }
#grid button { padding: 2px; line-height: 0; border-radius: .25rem; }
#grid button[aria-selected=true] { border-color: rgb(var(--accent)); box-shadow: 0 0 0 1px rgb(var(--accent)); }
#grid canvas { width: 100%; aspect-ratio: 1; image-rendering: pixelated; }
#scroll { overflow: auto; }
`;
