import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { type FeatureSnapshot, FeatureStore, type FetchSnapshot } from './feature-store.ts';

export type { FeatureSnapshot, FetchSnapshot };

const StoreContext = createContext<FeatureStore | null>(null);

export interface BillhookProviderProps {
  /** The rights that came with the page; left out, they are fetched. */
  readonly snapshot?: FeatureSnapshot;
  /**
   * Fetches the rights from your own server, such as `() => fetch('/api/features').then((answer) => answer.json())`.
   * A secret key never belongs in a browser.
   */
  readonly fetchSnapshot?: FetchSnapshot;
  /** How often they are fetched while the page is seen; a minute if left out. */
  readonly refreshEveryMs?: number;
  readonly children: ReactNode;
}

const EVERY_MS = 60_000;

/** Gives every component below it the rights of the customer that is signed in, and keeps them fresh. */
export function BillhookProvider({
  snapshot,
  fetchSnapshot,
  refreshEveryMs = EVERY_MS,
  children,
}: BillhookProviderProps) {
  const [store] = useState(() => {
    const made = new FeatureStore();
    if (snapshot !== undefined) made.show(snapshot);
    return made;
  });
  useEffect(() => store.fetchWith(fetchSnapshot ?? null), [store, fetchSnapshot]);
  useEffect(() => {
    if (snapshot !== undefined && store.get().rights === null) store.show(snapshot);
    if (snapshot === undefined) void store.refresh();
  }, [store, snapshot]);
  useEffect(() => keepFresh(store, refreshEveryMs), [store, refreshEveryMs]);
  return <StoreContext value={store}>{children}</StoreContext>;
}

/** Fetches now and then while the page is seen, and at once when it is seen again or back on the network. */
function keepFresh(store: FeatureStore, everyMs: number): () => void {
  const refresh = () => {
    if (document.visibilityState === 'visible') void store.refresh();
  };
  const timer = setInterval(refresh, everyMs);
  document.addEventListener('visibilitychange', refresh);
  window.addEventListener('online', refresh);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', refresh);
    window.removeEventListener('online', refresh);
  };
}

/** The store of the provider above. */
export function useFeatureStore(): FeatureStore {
  const store = useContext(StoreContext);
  if (store === null) throw new Error('Put <BillhookProvider> above components that ask for features.');
  return store;
}
