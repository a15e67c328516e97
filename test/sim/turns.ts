/** Lets one call at a time reach a store, in an order that a seed decides: answers of a server come when they come. */

interface Waiting {
  readonly task: object;
  readonly go: () => void;
}

export class Turns {
  readonly #choose: () => number;
  readonly #tasks = new Set<object>();
  readonly #waiting: Waiting[] = [];
  #isTaken = false;
  #isPicking = false;

  /** @param choose - Any number; it decides who is next. */
  constructor(choose: () => number) {
    this.#choose = choose;
  }

  /** A task that others wait for, until it has come to its next call or its end. */
  join(task: object): void {
    this.#tasks.add(task);
  }

  end(task: object): void {
    this.#tasks.delete(task);
    this.#pick();
  }

  /** Waits for the turn of a task's call. */
  enter(task: object): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ task, go });
      this.#pick();
    });
  }

  leave(): void {
    this.#isTaken = false;
    this.#pick();
  }

  /** Calls that one task makes at once come in the same round of the event loop. */
  #pick(): void {
    if (this.#isTaken || this.#isPicking) return;
    this.#isPicking = true;
    setImmediate(() => {
      this.#isPicking = false;
      if (this.#isTaken || !this.#isEverybodyThere()) return;
      const [next] = this.#waiting.splice(this.#choose() % this.#waiting.length, 1);
      if (next === undefined) return;
      this.#isTaken = true;
      next.go();
    });
  }

  /** A process beside the tasks works for one of them, which makes no call meanwhile. */
  #isEverybodyThere(): boolean {
    const tasks = new Set(this.#waiting.map(({ task }) => task));
    const isJoined = (task: object) => this.#tasks.has(task);
    return (
      this.#waiting.some(({ task }) => !isJoined(task)) || [...this.#tasks].every((task) => tasks.has(task))
    );
  }
}
