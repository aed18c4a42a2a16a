// How long a page waits before it dials again: anywhere up to a bound that doubles, so that a thousand pages which lost
// their server in one moment do not come back in one moment.
const FIRST = 3_000; // when a server dies, all of its pages lose it at once
const BASE = 500;
const CAP = 30_000;

export class Backoff {
  #failures = 0;

  /** It was answered: the next failure is a first one. */
  succeeded() {
    this.#failures = 0;
  }

  /** Count one more failure; gives the milliseconds to wait. */
  failed() {
    this.#failures += 1;
    const bound = this.#failures === 1 ? FIRST : Math.min(CAP, BASE * 2 ** (this.#failures - 1));
    return Math.random() * bound;
  }
}
