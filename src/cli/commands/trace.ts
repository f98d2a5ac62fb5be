// `tesserae trace`: a model's graph as text or Mermaid, with the names of its taps.
import { mermaid, printGraph } from '../../graph/index.ts';
import { openModel } from '../../tasks/index.node.ts';
import { traceForward } from '../../tasks/index.ts';
import { type Command, required } from '../command.ts';
import { hubOptions } from '../context.ts';

export const command: Command = {
  words: 1,
  flags: { mermaid: { type: 'boolean' } },
  run: async (args, io) => {
    const { model } = await openModel(required(args, 0, 'a model folder or name'), hubOptions(io));
    const given = Object.keys(model.inputs).filter((name) => !/labels|positions/.test(name));
    const traced = traceForward(model, given);
    const outputs = Object.values(traced.values);
    if (io.json)
      io.out(
        JSON.stringify({ taps: Object.fromEntries([...traced.taps].map(([name, tensor]) => [name, tensor.shape])) }),
      );
    else if (args.values.mermaid) io.out(mermaid(outputs));
    else
      io.out(
        `${printGraph(outputs)}\ntaps:\n${[...traced.taps].map(([name, tensor]) => `  ${name} [${tensor.shape.join(', ')}]`).join('\n')}`,
      );
    return undefined;
  },
};
