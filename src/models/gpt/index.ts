export { type GptConfig, gpt2, gptConfigFrom, shiftLabels } from './model.ts';
