// Everything this folder shares.
export { type GptConfig, gpt2, gptConfigFrom, shiftLabels } from './model.ts';
