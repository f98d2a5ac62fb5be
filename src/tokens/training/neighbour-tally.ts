// What one merge changes for each neighbour on one side: summed by neighbour first, so that the table of pairs is asked once per neighbour
// and not once per occurrence.

/** Changes by neighbouring symbol, for one side of the merged pair. */
export class NeighbourTally {
  /** Neighbours of this step in the order in which they were met. */
  readonly met: number[] = [];
  /** How often the old pair was lost, by symbol. */
  lost: Float64Array = new Float64Array(1024);
  /** How often the new pair was gained. */
  gained: Float64Array = new Float64Array(1024);
  /** At how many places the new pair was gained; then where to write the next one, -1 for nowhere. */
  places: Int32Array = new Int32Array(1024);
  #step: Int32Array = new Int32Array(1024);
  #now = 0;

  /** Begins a step in which symbols below `size` may be met. */
  begin(size: number): void {
    this.met.length = 0;
    this.#now++;
    if (size <= this.#step.length) return;
    const larger = size * 2;
    this.lost = new Float64Array(larger);
    this.gained = new Float64Array(larger);
    this.places = new Int32Array(larger);
    this.#step = new Int32Array(larger);
  }

  /** Whether a neighbour was met in this step. */
  has(neighbour: number): boolean {
    return this.#step[neighbour] === this.#now;
  }

  /** One more occurrence beside `neighbour`; `gains` tells whether the new pair counts. */
  add(neighbour: number, count: number, gains: boolean): void {
    if (this.#step[neighbour] !== this.#now) {
      this.#step[neighbour] = this.#now;
      this.lost[neighbour] = 0;
      this.gained[neighbour] = 0;
      this.places[neighbour] = 0;
      this.met.push(neighbour);
    }
    (this.lost[neighbour] as number) += count;
    if (!gains) return;
    (this.gained[neighbour] as number) += count;
    (this.places[neighbour] as number)++;
  }
}
