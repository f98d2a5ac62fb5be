// A command of the command line in this process: what it prints, and what it says beside.
import { type Command, parseFlags } from '../src/cli/command.ts';

/** `runCommand(command, ['MODEL', '--json'])`. */
export async function runCommand(
  command: Command,
  words: readonly string[],
): Promise<{ readonly out: string; readonly notes: string }> {
  const parsed = parseFlags([...words, '--threads', '1'], command.flags);
  let [out, notes] = ['', ''];
  await command.run(parsed, {
    out: (text) => {
      out += `${text}\n`;
    },
    note: (text) => {
      notes += text;
    },
    isTerminal: false,
    quiet: false,
    json: parsed.values.json === true,
  });
  return { out, notes };
}
