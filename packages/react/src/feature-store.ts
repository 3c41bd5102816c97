import type { ListedRight } from '@billhook/sdk/rights/facts';
import { Right } from '@billhook/sdk/rights/right';

/** Rights of the customer that is signed in, as the seller's own server sends them. */
export type FeatureSnapshot = readonly ListedRight[];

/** What components see. A new object for each change, never changed itself. */
export interface FeatureState {
  /** Null until a snapshot came. */
  readonly rights: ReadonlyMap<string, Right> | null;
  /** The last attempt to get a newer snapshot failed. */
  readonly isStale: boolean;
}

/** Fetches a snapshot from the seller's own server. */
export type FetchSnapshot = () => Promise<FeatureSnapshot>;

/** Holds the snapshot and renews it; one fetch at a time. */
export class FeatureStore {
  #state: FeatureState = { rights: null, isStale: false };
  readonly #listeners = new Set<() => void>();
  #running: Promise<void> | null = null;
  #fetch: FetchSnapshot | null = null;

  readonly get = (): FeatureState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What snapshots are fetched with from now on; null for a snapshot that never changes. */
  fetchWith(fetch: FetchSnapshot | null): void {
    this.#fetch = fetch;
  }

  show(snapshot: FeatureSnapshot): void {
    const rights = new Map(snapshot.map((listed) => [listed.feature, new Right(listed)]));
    this.#change({ rights, isStale: false });
  }

  readonly refresh = (): Promise<void> => {
    this.#running ??= this.#fetchOnce().finally(() => {
      this.#running = null;
    });
    return this.#running;
  };

  async #fetchOnce(): Promise<void> {
    if (this.#fetch === null) return;
    try {
      this.show(await this.#fetch());
    } catch {
      // What was known stays, marked: a page does not lose its features with the network.
      this.#change({ ...this.#state, isStale: true });
    }
  }

  #change(state: FeatureState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
