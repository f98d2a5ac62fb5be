// `tesserae forward`: arrays in, arrays out.
import { decodeSafetensors, encodeSafetensors } from '../../checkpoints/index.ts';
import { forwardCheckpoint } from '../../tasks/index.node.ts';
import { type Command, required, text, UsageError } from '../command.ts';
import { contextOf } from '../context.ts';
import { isStream, readInput, writeOutput } from '../output.ts';

export const command: Command = {
  words: 2,
  flags: { out: { type: 'string' }, want: { type: 'string' } },
  run: async (args, io) => {
    const [name, path] = [
      required(args, 0, 'a model folder or name'),
      required(args, 1, 'a safetensors file of inputs'),
    ];
    const out = text(args, 'out');
    if (out === undefined) throw new UsageError('expected --out FILE.safetensors, got nothing');
    const { arrays } = decodeSafetensors(await readInput(path), path);
    const want = (text(args, 'want') ?? 'logits,loss').split(',');
    const { runtime, session, hub = {} } = await contextOf(args, io);
    const results = await forwardCheckpoint(name, arrays, { want, runtime, session, hub });
    await writeOutput(out, encodeSafetensors(results));
    const shapes = Object.fromEntries(Object.entries(results).map(([name, array]) => [name, array.shape]));
    // the arrays themselves are the result then
    if (isStream(out)) return undefined;
    if (io.json) io.out(JSON.stringify(shapes));
    else for (const [name, shape] of Object.entries(shapes)) io.out(`${name} [${shape.join(', ')}]`);
    return undefined;
  },
};
