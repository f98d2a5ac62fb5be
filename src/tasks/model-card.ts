// The README.md of a trained model and of an export: what it is, how good, from which data under which licence, how it is used.
import { catalogue } from '../data/index.ts';
import type { FitState, Metrics } from '../train/index.ts';
import type { OnnxFacts } from './export/onnx.ts';
import type { ExportTask, KnownClass } from './export/transformers-js.ts';
import type { Recipe } from './tasks.ts';
import type { TextToTextRecipe } from './text-to-text/recipe.ts';
import { type ModelClass, type OwnTask, usageSection } from './usage.ts';

/** The pipeline of a recipe's models. */
const pipelines: { readonly [K in Exclude<Recipe['task'], 'text-to-text'>]: ExportTask | OwnTask } = {
  'text-classification': 'text-classification',
  'language-model': 'text-generation',
  dialogue: 'text-generation',
  'masked-language-model': 'fill-mask',
  'masked-dna-modelling': 'fill-mask',
  'masked-image-modelling': 'masked-image-modelling',
  'image-classification': 'image-classification',
  'audio-classification': 'audio-classification',
  'video-classification': 'video-classification',
  'dna-classification': 'dna-classification',
  'token-classification': 'token-classification',
  'question-answering': 'question-answering',
};
const writers: { readonly [K in TextToTextRecipe['target']]: ExportTask } = {
  text: 'translation',
  symbols: 'text2text-generation',
};

const pipelineOf = (recipe: Recipe): ExportTask | OwnTask =>
  recipe.task === 'text-to-text' ? writers[recipe.target] : pipelines[recipe.task];

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Tasks that the hub has no name for (`@huggingface/tasks`): where it files them, and the name as a tag. */
const filed: { readonly [K in ExportTask | OwnTask]?: string } = {
  'text2text-generation': 'text-generation',
  'dna-classification': 'text-classification',
  'masked-image-modelling': 'image-feature-extraction',
};

/** `pipeline_tag`, and `tags` where that does not say it all. */
function taskFields(task: ExportTask | OwnTask): Fields {
  const place = filed[task];
  return place === undefined ? { pipeline_tag: task } : { pipeline_tag: place, tags: [task] };
}

const code = (language: string): boolean => /^[a-z]{2,3}$/.test(language);

/** Those that the options name; else those of the data. */
function languagesOf({ id, options = {} }: Recipe['data']): readonly string[] {
  const own = [options.source, options.target].filter((one) => typeof one === 'string');
  const all = own.length === 2 ? own : (catalogue[id]?.languages ?? []);
  return all.filter(code);
}

function frontMatter(fields: Fields): string {
  const lines = Object.entries(fields)
    .filter(([, value]) => value.length > 0)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : `[${value.join(', ')}]`}`);
  return `---\n${lines.join('\n')}\n---\n`;
}

function dataSection(id: string): string {
  const entry = catalogue[id];
  if (!entry) return `Trained on \`${id}\`, which the catalogue does not know: its licence is not recorded.`;
  return `| data | |
|---|---|
| id | \`${id}\`: ${entry.title} |
| licence | ${entry.licence} |
| languages | ${entry.languages.join(', ') || '—'} |
| source | ${entry.source} |`;
}

/** What only a run folder can promise. */
const MEASURE = '`tesserae evaluate .` measures the test part beside cheap baselines.';
const CONFIGURATION = 'The whole configuration, versions and checksums of the data are in `run.json`; ';

/** A model's name on the hub or among ours; of a folder, whose path says nothing elsewhere, its own name. */
const named = (model: string): string =>
  /^[\w-]+\/[\w.-]+$/.test(model) ? model : (model.split(/[\\/]+/).findLast(Boolean) ?? model);

/** The card of a run that trained the model: metrics are those of the validation part at the best step. */
export function modelCard(recipe: Recipe, model: ModelClass, state: FitState, metrics: Metrics): string {
  const task = pipelineOf(recipe);
  const scores = Object.entries(metrics).map(([name, value]) => `| ${name} | ${value.toFixed(4)} |`);
  const isMeasured = Object.values(metrics).some((value) => !Number.isNaN(value));
  const start =
    'startFrom' in recipe && recipe.startFrom ? `starting from \`${named(recipe.startFrom)}\`` : 'from scratch';
  return `${frontMatter({ library_name: 'tesserae', ...taskFields(task), language: languagesOf(recipe.data) })}# ${recipe.name}

${recipe.about}

Trained by Tesserae with the recipe \`${recipe.name}\` (seed ${recipe.seed}), ${start}. These are the weights of step ${state.step},
${isMeasured ? 'the best by the validation part' : 'the last: the validation part has no examples'}. ${MEASURE}
${isMeasured ? `\n| metric (validation) | value |\n|---|---|\n${scores.join('\n')}\n` : ''}
## Data

${dataSection(recipe.data.id)}

## Recipe

${recipe.model.layers} layers of width ${recipe.model.dim} with ${recipe.model.heads} heads; ${recipe.train.steps} steps of ${recipe.train.batchSize} examples, learning rate ${recipe.train.learningRate}
(${recipe.train.schedule}). ${CONFIGURATION}\`tesserae train ${recipe.name}\` does it again.

${usageSection(task, model)}`;
}

/** An evaluation as cards tell it. */
interface Told {
  readonly split: string;
  readonly report: string;
}

/** The card of a run as it holds outside of the run folder: with what its evaluation said, where there was one. */
export function publishedCard(own: string, tested: Told | undefined): string {
  const said =
    tested === undefined
      ? 'The test part was not measured before this was exported.'
      : `On the ${tested.split} part:\n\n\`\`\`\n${tested.report}\n\`\`\``;
  return own.replace(MEASURE, () => said).replace(CONFIGURATION, '');
}

/** What an export's card tells beyond the model's own. */
export interface ExportedFacts {
  readonly className: string;
  readonly known: KnownClass | undefined;
  readonly files: readonly OnnxFacts[];
}

const MARK = '## ONNX files';

const megabytes = ({ bytes, externalBytes }: OnnxFacts): string => ((bytes + externalBytes) / 1e6).toFixed(2);

/** The card of an ONNX export: the model's own, if it has one, and what the files are. */
export function exportCard(own: string | undefined, { className, known, files }: ExportedFacts): string {
  const head =
    own?.split(MARK)[0]?.trimEnd() ??
    `${frontMatter({ library_name: 'transformers.js', ...(known ? taskFields(known.task) : {}) })}# ${className}`;
  const where = known
    ? `In the layout of Transformers.js: \`pipeline('${known.task}', FOLDER, { dtype: '${files[0]?.precision}' })\`.`
    : `Transformers.js does not know ${className}: these files run on ONNX Runtime itself.`;
  const rows = files.map((file) => `| \`onnx/${file.name}\` | ${file.precision} | ${megabytes(file)} |`);
  return `${head}

${MARK}

${where} Written by \`tesserae export\`.

| file | precision | MB |
|---|---|---|
${rows.join('\n')}
`;
}
