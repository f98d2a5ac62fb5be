// A known recipe with some fields set by their paths, as `--set` does it.
import { recipes } from '../recipes/index.ts';
import { override, type Recipe } from '../src/tasks/index.ts';

/** `recipeWith('emoji-groups', { 'train.steps': 20 })`. */
export function recipeWith(name: string, settings: Readonly<Record<string, unknown>>): Recipe {
  return Object.entries(settings).reduce<Recipe>(
    (recipe, [path, value]) => override(recipe, path, typeof value === 'string' ? value : JSON.stringify(value)),
    recipes[name] as Recipe,
  );
}
