// A command of the command line in this process: what it prints, and what it says beside.
import { type Command, parseFlags, requireUsed } from '../src/cli/command.ts';

/** `runCommand(command, ['MODEL', '--json'])`; one thread, unless the words say otherwise. */
export async function runCommand(
  command: Command,
  words: readonly string[],
): Promise<{ readonly out: string; readonly notes: string }> {
  const parsed = parseFlags(['--threads', '1', ...words], command.flags);
  requireUsed(command, parsed);
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
