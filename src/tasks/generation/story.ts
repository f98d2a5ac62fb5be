// What was explained, with tokens as people read them: for the page, the terminal and `--json`.
import type { GenerationStory, StoryStep } from '../../lens/index.ts';
import type { TokenView } from './explain.ts';
import type { Generation, Generator } from './generator.ts';

/** The text of a token where it stands in a text, spaces kept; its number where there is no tokenizer or no text. */
function namesOf({ tokenizer }: Generator): (id: number) => string {
  const known = new Map<number, string>();
  return (id) => {
    const name = known.get(id) ?? nameOf(id);
    known.set(id, name);
    return name;
  };
  function nameOf(id: number): string {
    if (!tokenizer) return `${id}`;
    // after itself a token reads as it does inside a text
    const [once, twice] = [tokenizer.decode([id]), tokenizer.decode([id, id])];
    const text = twice.slice(once.length);
    return text === '' || text.includes('\ufffd') ? (tokenizer.idToToken(id) ?? `${id}`) : text;
  }
}

function stepOf(view: TokenView, name: (id: number) => string): StoryStep {
  const { row: _row, chosen, candidates, ...rest } = view;
  return {
    ...rest,
    ...(chosen === undefined ? {} : { id: chosen, token: name(chosen) }),
    candidates: candidates.map((candidate) => ({ ...candidate, token: name(candidate.id) })),
  };
}

/** The story of a generation that was asked to explain itself. */
export function generationStory(generator: Generator, generation: Generation): GenerationStory {
  const name = namesOf(generator);
  const { views = [], tree, sequences, written } = generation;
  const count = Math.max(0, ...views.map(({ row }) => row)) + 1;
  const promptOf = (row: number): string[] => {
    // rows of beams are told apart by prompt, returned rows by text: both begin with their prompt
    const at = Math.min(sequences.length - 1, Math.floor((row * sequences.length) / count));
    const all = sequences[at] as readonly number[];
    const longest = Math.max(...written.map(({ length }) => length));
    const width = Math.max(...sequences.map(({ length }) => length)) - longest;
    return generator.hasEncoder ? [] : all.slice(0, width).map(name);
  };
  return {
    rows: Array.from({ length: count }, (_, row) => ({
      prompt: promptOf(row),
      steps: views.filter((view) => view.row === row).map((view) => stepOf(view, name)),
    })),
    ...(tree
      ? { tree: { nodes: tree.nodes.map((node) => ({ ...node, token: name(node.id) })), returned: tree.returned } }
      : {}),
  };
}
