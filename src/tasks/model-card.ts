// The README.md of a trained model.
import type { FitState, Metrics } from '../train/index.ts';
import type { Recipe } from './tasks.ts';

/** What the hub calls what a run is for; a task's own name where it is the same. */
const hubTags: { readonly [K in Recipe['task']]?: string } = {
  'language-model': 'text-generation',
  'masked-language-model': 'fill-mask',
  'text-to-text': 'translation',
};

/** A model card: what it is, how it was measured, how to use it in three places. */
export function modelCard(recipe: Recipe, state: FitState, metrics: Metrics): string {
  const scores = Object.entries(metrics).map(([name, value]) => `| ${name} | ${value.toFixed(4)} |`);
  return `---
library_name: tesserae
pipeline_tag: ${hubTags[recipe.task] ?? recipe.task}
---
# ${recipe.name}

${recipe.about}

Trained by Tesserae with the recipe \`${recipe.name}\` (seed ${recipe.seed}) on \`${recipe.data.id}\`, from scratch unless \`startFrom\` is set. These are the
weights of step ${state.step}, chosen on the validation part:

| metric (validation) | value |
|---|---|
${scores.join('\n')}

The whole configuration, versions and data checksums are in \`run.json\`.

\`\`\`
tesserae predict . "your text"
\`\`\`
The folder is a Hugging Face checkpoint; \`transformers\` opens it with \`AutoModel…from_pretrained(".")\`.
`;
}
