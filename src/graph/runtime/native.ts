// What ONNX Runtime's native library can do on a CPU, whoever calls it.
import type { Backend } from './session.ts';

/** At 64 rows products with 768 × 3,072 weights stop gaining (16 rows: 1.7 × as fast on two threads; in WebAssembly 4 rows lose, 16 gain). */
export const NATIVE: Backend = { fusedKernels: true, fewRows: 64 };

/**
 * Settings of every session, by their names below `session.`. Denormals count as zero; threads that have nothing to do spin within a run only, not
 * beside what the host does between runs (beam search takes a tenth to a quarter less CPU time, and no more by the clock).
 */
export const SESSION_SETTINGS = { set_denormal_as_zero: '1', force_spinning_stop: '1' } as const;
