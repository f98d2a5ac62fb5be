// `tesserae pipeline`: a task by its Transformers.js name on any checkpoint of that kind. Results are the pipeline's own, as JSON; for a
// folder of files one line each, `{"path", "result"}`.
import { type FindInputs, type Pipelines, pipeline, pipelineTasks } from '../../tasks/index.node.ts';
import { SettingsError } from '../../tasks/index.ts';
import { answerFlags, writeAnswers } from '../answers.ts';
import { type Command, required, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';
import { callOptions } from '../pipeline-options.ts';

type AnyPipeline = ((inputs: readonly unknown[], options: unknown) => Promise<unknown>) & {
  readonly inputsIn?: FindInputs;
  dispose(): Promise<void>;
};

export const command: Command = {
  jsonl: true,
  flags: {
    ...answerFlags,
    options: { type: 'string' },
    'candidate-labels': { type: 'string' },
    'aggregation-strategy': { type: 'string' },
  },
  run: async (args, io) => {
    const named = required(args, 0, 'a task');
    if (!(pipelineTasks as readonly string[]).includes(named))
      throw new UsageError(`pipeline: expected a task among ${pipelineTasks.join(', ')}, got '${named}'`);
    const task = named as keyof Pipelines;
    const options = callOptions(task, args);
    if (task.startsWith('zero-shot') && options.candidate_labels === undefined)
      throw new UsageError(`pipeline ${task}: expected --candidate-labels 'one, another', got none`);
    const model = required(args, 1, 'a model folder');
    const run = (await pipeline(task, model, await contextOf(args, io))) as unknown as AnyPipeline;
    try {
      await writeAnswers(args, io, args.positionals.slice(2), {
        answer: async (inputs) => (await run(inputs, options)) as Iterable<unknown>,
        inputsIn: run.inputsIn,
        line: (result) => JSON.stringify(result),
        fields: (result) => ({ result }),
      });
    } catch (error) {
      throw error instanceof SettingsError ? new UsageError(error.message) : error;
    } finally {
      await run.dispose();
    }
    return undefined;
  },
};
