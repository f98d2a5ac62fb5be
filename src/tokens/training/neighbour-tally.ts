// What one merge gains for each neighbour on one side, by neighbouring symbol.

/** New pairs by neighbouring symbol, for one side of the merged pair. */
export class NeighbourTally {
  /** Neighbours of this step in the order in which they were met. */
  readonly met: number[] = [];
  /** How often the new pair occurs. */
  count: Float64Array = new Float64Array(1024);
  /** At how many places; then where to write the next one, -1 for nowhere. */
  places: Int32Array = new Int32Array(1024);
  #step: Int32Array = new Int32Array(1024);
  #now = 0;

  /** Begins a step in which symbols below `size` may be met. */
  begin(size: number): void {
    this.met.length = 0;
    this.#now++;
    if (size <= this.#step.length) return;
    const larger = size * 2;
    this.count = new Float64Array(larger);
    this.places = new Int32Array(larger);
    this.#step = new Int32Array(larger);
  }

  /** Whether a neighbour was met in this step. */
  has(neighbour: number): boolean {
    return this.#step[neighbour] === this.#now;
  }

  /** One more place beside `neighbour`. */
  add(neighbour: number, count: number): void {
    if (this.#step[neighbour] !== this.#now) {
      this.#step[neighbour] = this.#now;
      this.count[neighbour] = 0;
      this.places[neighbour] = 0;
      this.met.push(neighbour);
    }
    (this.count[neighbour] as number) += count;
    (this.places[neighbour] as number)++;
  }
}
