// What ONNX Runtime's native library can do on a CPU, whoever calls it.
import type { Backend } from './session.ts';

/** At 64 rows products with 768 × 3,072 weights stop gaining (16 rows: 1.7 × as fast on two threads; in WebAssembly 4 rows lose, 16 gain). */
export const NATIVE: Backend = { fusedKernels: true, fewRows: 64 };
