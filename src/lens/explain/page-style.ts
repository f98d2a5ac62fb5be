// The look of the page about one explained input, on top of the look all pages share.

/** CSS. */
export const explainStyle = `
:root { --card: #fffefb; --shade: #f1ede5; --good: 46 125 89; }
@media (prefers-color-scheme: dark) { :root { --card: #211f1d; --shade: #2a2724; --good: 110 190 148; } }
body { max-width: 74rem; padding: 2rem 1.5rem; }
h1 { font-size: 1.9rem; font-weight: 650; }
h2 { font-size: 1.15rem; margin: 2.75rem 0 .3rem; letter-spacing: -.005em; }
h3 { font-size: .875rem; margin: 0 0 .25rem; }
.hint { max-width: 46rem; }
:lang(zh) h1, :lang(zh) h2 { letter-spacing: 0; }
#answers { display: grid; grid-template-columns: 13rem minmax(0, 34rem); gap: 2rem; align-items: center; }
#answers.wide { grid-template-columns: minmax(0, 1fr); gap: 1rem; }
#answers .bar { grid-template-columns: minmax(5rem, 11rem) minmax(0, 1fr) 4rem; }
#answers .value { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 1rem; font-size: .875rem; line-height: 1.7; max-width: 34rem; }
#answers .value b { font-weight: 400; overflow-wrap: anywhere; }
#answers .value span { text-align: right; font-variant-numeric: tabular-nums; }
#original canvas { width: 100%; border-radius: .5rem; image-rendering: pixelated; }
.stage { display: grid; grid-template-columns: minmax(0, 32rem) minmax(16rem, 1fr); gap: 2rem; align-items: start; }
.stage.wide { grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
.frame { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .75rem; }
canvas { display: block; max-width: 100%; }
#view canvas, .map canvas { width: 100%; height: auto; border-radius: .35rem; image-rendering: pixelated; }
#view canvas { cursor: crosshair; }
.axis { display: flex; justify-content: space-between; color: var(--soft); font-size: .75rem; font-variant-numeric: tabular-nums; }
.legend { display: grid; grid-template-columns: auto 1fr auto; gap: .5rem; align-items: center; font-size: .75rem; color: var(--soft); margin-top: .6rem; font-variant-numeric: tabular-nums; }
.legend i { height: .5rem; border-radius: .25rem; min-width: 2rem; }
.legend { row-gap: 0; }
#reading { min-height: 3.2em; margin: .6rem 0 0; font-variant-numeric: tabular-nums; }
#reading b { color: var(--ink); font-weight: 600; display: block; }
#specials { display: flex; flex-wrap: wrap; gap: .35rem; margin: 0 0 1.25rem; }
#specials button { font-size: .8125rem; border-radius: 1rem; padding: .15rem .7rem; }
#specials button[aria-pressed=true] { border-color: rgb(var(--accent)); color: rgb(var(--accent)); }
#specials span { color: var(--soft); margin-left: .35rem; font-variant-numeric: tabular-nums; }
#grid { gap: .3rem; width: 100%; }
#grid button { background: var(--shade); border-color: transparent; overflow: hidden; min-width: 0; }
#grid button.mean { margin-left: .4rem; }
#grid canvas { width: 100%; image-rendering: pixelated; border-radius: .15rem; }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: 1.25rem; }
.maps.wide { grid-template-columns: repeat(auto-fill, minmax(28rem, 1fr)); }
.map { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .85rem; display: flex; flex-direction: column; gap: .6rem; margin: 0; }
.map figcaption b { display: block; font-weight: 600; }
.map figcaption span { color: var(--soft); font-size: .8125rem; line-height: 1.35; display: block; min-height: 2.2em; }
.plots { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; font-size: .75rem; color: var(--soft); font-variant-numeric: tabular-nums; margin-top: auto; max-width: 22rem; }
#complete { margin-top: 1.25rem; }
.plots b { color: var(--ink); font-weight: 600; }
.plots svg { width: 100%; height: auto; display: block; }
.plots .good { color: rgb(var(--good)); }
.plots em { font-style: normal; display: block; line-height: 1.35; }
svg text { fill: var(--soft); font-size: 11px; }
.letters { font-size: 1.0625rem; line-height: 2; overflow-wrap: anywhere; white-space: pre-wrap; }
.letters.small { font-size: .8125rem; line-height: 1.75; max-height: 11rem; overflow: auto; }
.letters.dna { font-family: ui-monospace, monospace; max-width: 61ch; line-height: 1.7; }
.letters span { border-radius: .15rem; padding: .1em 0; }
.letters span.on { outline: 2px solid rgb(var(--accent)); }
.chart { width: 100%; max-width: 46rem; height: auto; display: block; }
.chart circle { cursor: pointer; }
.keys { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; font-size: .8125rem; color: var(--soft); margin: .4rem 0 0; padding: 0; list-style: none; }
.keys i { display: inline-block; width: .9rem; height: .2rem; margin-right: .4rem; vertical-align: middle; border-radius: .1rem; }
@media (max-width: 52rem) { #answers, .stage, .maps.wide { grid-template-columns: minmax(0, 1fr); } }
`;
