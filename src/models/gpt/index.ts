// Everything this folder shares.
export { type GptConfig, gptConfigFrom } from './config.ts';
export { gpt2 } from './model.ts';
