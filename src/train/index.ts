/**
 * Training: optimizers, schedules, the step as a graph, the loop. Knows no particular model.
 * @module train
 */
export { Arena } from './arena.ts';
export type { AveragedSlot, WeightAverage } from './averages/average.ts';
export { meanOfLast } from './averages/last.ts';
export { keptShare, movingAverage } from './averages/moving.ts';
export { diagnose, type NonFinite } from './diagnose.ts';
export { crc32c } from './event-file.ts';
export {
  type BatchInfo,
  type EvaluationProgress,
  type FitPlan,
  type FitSink,
  type FitState,
  fit,
  type Metrics,
  NonFiniteLossError,
  NonFiniteWeightsError,
  START,
  type StopSignal,
} from './fit.ts';
export { fillMask } from './mask-kernel.ts';
export { type MaskSpec, Masks, maskStep } from './masks.ts';
export { type MemoryBudget, type MemoryEstimate, MemoryGuard, MemoryLimitError, type StepMemory } from './memory.ts';
export { adamW } from './optimizers/adam-w.ts';
export { lion } from './optimizers/lion.ts';
export { type OptimizerName, optimizers } from './optimizers/named.ts';
export type {
  GraphRule,
  Optimizer,
  ParameterSlot,
  UpdatedTensors,
  UpdateNumbers,
  UpdateSettings,
} from './optimizers/optimizer.ts';
export { sgd } from './optimizers/sgd.ts';
export {
  type GroupRules,
  type GroupSettings,
  layersIn,
  layerwiseDecay,
  patternOver,
  settingsOf,
} from './parameter-groups.ts';
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
