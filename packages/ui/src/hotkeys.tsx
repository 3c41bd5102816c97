import { useEffect, useRef } from 'react';

/** Keys to acts. `mod+k` is Ctrl or Cmd; `g c` is one key after another; `?` and `/` are themselves. */
export type Hotkeys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const SEQUENCE_MS = 1000;

/** Whether keys typed here are text. Single keys must never act then. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select, [role="menu"]') !== null;
}

/** Whether an open dialog owns the keyboard. Side sheets do not: the list beside them stays in use. */
function inModal(): boolean {
  return document.querySelector('[data-modal][data-open]') !== null;
}

/**
 * Binds keys on the whole page while the component is mounted. Keys without a modifier do nothing while someone
 * types or a modal is open. Pass `enabled: false` to switch single keys off, as people may ask for.
 */
export function useHotkeys(keys: Hotkeys, { enabled = true }: { enabled?: boolean | undefined } = {}): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    let first: { key: string; atMs: number } | null = null;
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (event.ctrlKey || event.metaKey) {
        latest.current[`mod+${key}`]?.(event);
        return;
      }
      if (!enabled || event.altKey || isTyping(event.target) || inModal()) return;
      const within = first && event.timeStamp - first.atMs < SEQUENCE_MS;
      const act = (within && latest.current[`${first?.key} ${key}`]) || latest.current[key];
      first = { key, atMs: event.timeStamp };
      act?.(event);
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [enabled]);
}
