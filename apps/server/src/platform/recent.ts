/** A map of bounded size that forgets what was not asked for lately. */
export type Recent<K, V> = {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
  clear(): void;
};

/**
 * Two generations: what is asked for moves to the young one, and when that has half of `most`, the old one is forgotten.
 * That is nearly what a list in order of use does, at the price of a look-up.
 */
export function createRecent<K, V>(most: number): Recent<K, V> {
  const half = Math.ceil(most / 2);
  let young = new Map<K, V>();
  let old = new Map<K, V>();

  function put(key: K, value: V): void {
    young.set(key, value);
    if (young.size < half) return;
    old = young;
    young = new Map();
  }

  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) put(key, older);
      return older;
    },
    set(key, value) {
      old.delete(key);
      put(key, value);
    },
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    clear() {
      young = new Map();
      old = new Map();
    },
  };
}

/** As `Recent`, of things that belong to tenants: `most` of all tenants together. */
export type RecentOfTenants<K, V> = {
  get(tenantId: number, key: K): V | undefined;
  set(tenantId: number, key: K, value: V): void;
  delete(tenantId: number, key: K): void;
};

/** Each tenant has a map of its own: a key made of both would have to be written and read whole at each look-up. */
export function createRecentOfTenants<K, V>(most: number): RecentOfTenants<K, V> {
  const half = Math.ceil(most / 2);
  let young = new Map<number, Map<K, V>>();
  let old = new Map<number, Map<K, V>>();
  let youngCount = 0;

  function put(tenantId: number, key: K, value: V): void {
    let own = young.get(tenantId);
    if (own === undefined) {
      own = new Map();
      young.set(tenantId, own);
    }
    const countBefore = own.size;
    own.set(key, value);
    youngCount += own.size - countBefore;
    if (youngCount < half) return;
    old = young;
    young = new Map();
    youngCount = 0;
  }

  return {
    get(tenantId, key) {
      const value = young.get(tenantId)?.get(key);
      if (value !== undefined) return value;
      const older = old.get(tenantId)?.get(key);
      if (older !== undefined) put(tenantId, key, older);
      return older;
    },
    set(tenantId, key, value) {
      old.get(tenantId)?.delete(key);
      put(tenantId, key, value);
    },
    delete(tenantId, key) {
      if (young.get(tenantId)?.delete(key)) youngCount -= 1;
      old.get(tenantId)?.delete(key);
    },
  };
}
