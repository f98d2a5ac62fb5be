// How a model of a task is used in Tesserae, in Transformers.js and in Python: the code that model cards show.
import type { Model } from '../models/index.ts';
import { type ExportTask, knownClass } from './export/transformers-js.ts';

/** Tasks that other libraries have no pipeline for. */
export type OwnTask = 'video-classification' | 'dna-classification' | 'masked-image-modelling';

const ownCommands: { readonly [K in OwnTask]: string } = {
  'video-classification': 'tesserae pipeline video-classification . clip.mp4',
  'dna-classification': 'tesserae pipeline dna-classification . ACGTACGT',
  'masked-image-modelling': 'tesserae train vit-finetune --set startFrom=.',
};

const isOwn = (task: ExportTask | OwnTask): task is OwnTask => Object.hasOwn(ownCommands, task);

interface Use {
  /** What a call gets, as JavaScript and as Python alike. */
  readonly input: string;
  /** More arguments of a call, in JavaScript. */
  readonly more?: string;
  /** The same in Python. */
  readonly pythonMore?: string;
  /** The whole of it in Python, where Transformers 5 has no pipeline any more. */
  readonly python?: string;
}

const text: Use = { input: "'your text'" };

const opened = (className: string): string => `from transformers import ${className}, AutoTokenizer
tokenizer, model = AutoTokenizer.from_pretrained("."), ${className}.from_pretrained(".")`;

const writes: Use = {
  ...text,
  python: `${opened('AutoModelForSeq2SeqLM')}
ids = model.generate(**tokenizer("your text", return_tensors="pt"))
print(tokenizer.batch_decode(ids, skip_special_tokens=True))`,
};

const answers: Use = {
  input: "'Where is it?'",
  more: "'It is here.'",
  python: `${opened('AutoModelForQuestionAnswering')}
given = tokenizer("Where is it?", "It is here.", return_tensors="pt")
found = model(**given)
start, end = found.start_logits.argmax(), found.end_logits.argmax()
print(tokenizer.decode(given.input_ids[0][start : end + 1]))`,
};

const uses: { readonly [K in ExportTask]: Use } = {
  'feature-extraction': { ...text, more: "{ pooling: 'mean', normalize: true }" },
  'text-classification': text,
  'token-classification': text,
  'question-answering': answers,
  'fill-mask': { input: "'your [MASK] text'" },
  'text-generation': { ...text, more: '{ max_new_tokens: 40 }', pythonMore: 'max_new_tokens=40' },
  'text2text-generation': writes,
  translation: writes,
  'image-feature-extraction': { input: "'picture.png'" },
  'image-classification': { input: "'picture.png'" },
  'audio-classification': { input: "'sound.wav'" },
  'zero-shot-image-classification': {
    input: "'picture.png'",
    more: "['a cat', 'a dog']",
    pythonMore: "candidate_labels=['a cat', 'a dog']",
  },
};

const viaPipeline = (task: ExportTask, { input, pythonMore }: Use): string => `from transformers import pipeline
run = pipeline("${task}", model=".")
print(run${called(input, pythonMore)})`;

const called = (input: string, more: string | undefined): string => `(${input}${more ? `, ${more}` : ''})`;

/** What tells whether others open a model. */
export type ModelClass = Pick<Model, 'modelType' | 'className'>;

/** What Transformers.js does with the export, where it knows the class. */
function inJavaScript(task: ExportTask, { input, more }: Use, model: ModelClass): string {
  if (!knownClass(model))
    return `Transformers.js does not know ${model.className}: that export runs on ONNX Runtime itself.
`;
  return `Transformers.js, on that export:
\`\`\`js
import { pipeline } from '@huggingface/transformers';
const run = await pipeline('${task}', './onnx-export');
console.log(await run${called(input, more)});
\`\`\`
`;
}

/** A section of a card for a model of one class: its folder is `.`, its ONNX export `./onnx-export`. */
export function usageSection(task: ExportTask | OwnTask, model: ModelClass): string {
  if (isOwn(task)) return `## How to use it\n\n\`\`\`\n${ownCommands[task]}\n\`\`\`\n`;
  const use = uses[task];
  const { input, python = viaPipeline(task, use) } = use;
  return `## How to use it

Tesserae:
\`\`\`
tesserae pipeline ${task} . ${input}
tesserae export . --format onnx --out onnx-export
\`\`\`
${inJavaScript(task, use, model)}Python:
\`\`\`python
${python}
\`\`\`
`;
}
