// What can be wrong with an ONNX file.

/** A file that is no ONNX model, is damaged, or uses what this reader does not know. */
export class OnnxError extends Error {
  override readonly name = 'OnnxError';
  /** Operator that is at fault, `''` when it is the file as a whole. */
  readonly operation: string;
  /** Name of the node, `''` when it has none. */
  readonly node: string;

  constructor(
    message: string,
    where: { readonly operation?: string; readonly node?: string; readonly cause?: unknown } = {},
  ) {
    super(`readOnnx: ${message}${where.node ? ` (node '${where.node}')` : ''}`, { cause: where.cause });
    this.operation = where.operation ?? '';
    this.node = where.node ?? '';
  }
}
