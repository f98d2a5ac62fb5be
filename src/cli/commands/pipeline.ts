// `tesserae pipeline`: a task by its Transformers.js name on any checkpoint of that kind. Results are the pipeline's own, as JSON; for a
// folder of files one line each, `{"path", "result"}`.
import { type FindInputs, type Pipelines, pipeline, pipelineTasks } from '../../tasks/index.node.ts';
import { answerFlags, writeAnswers } from '../answers.ts';
import { type Args, type Command, required, text, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';

type AnyPipeline = ((inputs: readonly unknown[], options: unknown) => Promise<unknown>) & {
  readonly inputsIn?: FindInputs;
  dispose(): Promise<void>;
};

/** The options of one call: `--options` as JSON, single flags over it. @throws UsageError */
function callOptions(args: Args): Record<string, unknown> {
  const json = text(args, 'options');
  const [labels, strategy] = [text(args, 'candidate-labels'), text(args, 'aggregation-strategy')];
  try {
    return {
      ...(json === undefined ? {} : JSON.parse(json)),
      ...(labels === undefined ? {} : { candidate_labels: labels.split(',').map((label) => label.trim()) }),
      ...(strategy === undefined ? {} : { aggregation_strategy: strategy }),
    };
  } catch (error) {
    throw new UsageError(
      `--options: expected JSON such as '{"top_k": 3}', got '${json}' (${(error as Error).message})`,
    );
  }
}

export const command: Command = {
  jsonl: true,
  flags: {
    ...answerFlags,
    options: { type: 'string' },
    'candidate-labels': { type: 'string' },
    'aggregation-strategy': { type: 'string' },
  },
  run: async (args, io) => {
    const task = required(args, 0, 'a task');
    if (!(pipelineTasks as readonly string[]).includes(task))
      throw new UsageError(`pipeline: expected a task among ${pipelineTasks.join(', ')}, got '${task}'`);
    const options = callOptions(args);
    if (task.startsWith('zero-shot') && options.candidate_labels === undefined)
      throw new UsageError(`pipeline ${task}: expected --candidate-labels 'one, another', got none`);
    const model = required(args, 1, 'a model folder');
    const run = (await pipeline(task as keyof Pipelines, model, await contextOf(args, io))) as unknown as AnyPipeline;
    try {
      await writeAnswers(args, io, args.positionals.slice(2), {
        answer: async (inputs) => (await run(inputs, options)) as Iterable<unknown>,
        inputsIn: run.inputsIn,
        line: (result) => JSON.stringify(result),
        fields: (result) => ({ result }),
      });
    } finally {
      await run.dispose();
    }
    return undefined;
  },
};
