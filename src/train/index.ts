/**
 * Training: optimizers, schedules, the step as a graph, the loop. Knows no particular model.
 * @module train
 */
export { Arena } from './arena.ts';
export { diagnose, type NonFinite } from './diagnose.ts';
export { crc32c } from './event-file.ts';
export { type FitPlan, type FitSink, type FitState, fit, type Metrics, NonFiniteLossError, START } from './fit.ts';
export { fillMask } from './mask-kernel.ts';
export { type MaskSpec, Masks } from './masks.ts';
export { adamW } from './optimizers/adam-w.ts';
export { lion } from './optimizers/lion.ts';
export type { Optimizer, ParameterSlot, UpdateNumbers } from './optimizers/optimizer.ts';
export { sgd } from './optimizers/sgd.ts';
export { type GroupRules, type GroupSettings, layerwiseDecay, settingsOf } from './parameter-groups.ts';
export { type Schedule, type ScheduleOptions, schedules } from './schedules.ts';
export {
  elementsOf,
  type Objective,
  type StepOptions,
  type StepResult,
  sizesOf,
  TrainStep,
  traceStep,
} from './step.ts';
