import { Monitor, Moon, Sun } from 'lucide-react';
import { useCallback, useSyncExternalStore } from 'react';
import { IconButton } from './button.tsx';
import { useLocale } from './locale.tsx';
import { Menu } from './menu.tsx';

export type Theme = 'light' | 'dark' | 'system';

const KEY = 'billhook-theme';
const listeners = new Set<() => void>();

function readTheme(): Theme {
  const set = document.documentElement.dataset.theme;
  return set === 'light' || set === 'dark' ? set : 'system';
}

/** Sets the theme now and remembers it in this browser. */
export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be closed to us; the theme then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

/** Applies the remembered theme. Call it before the first render, so that nothing flashes. */
export function restoreTheme(): void {
  try {
    const stored = localStorage.getItem(KEY);
    if (stored === 'light' || stored === 'dark') document.documentElement.dataset.theme = stored;
  } catch {
    // Without storage the system's theme holds.
  }
}

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const subscribe = useCallback((listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return [useSyncExternalStore(subscribe, readTheme, () => 'system' as const), setTheme];
}

const ICONS = { light: Sun, dark: Moon, system: Monitor } as const;

/** Light, dark, or as the system. */
export function ThemeToggle() {
  const { words } = useLocale();
  const [theme, choose] = useTheme();
  const names = { light: words.themeLight, dark: words.themeDark, system: words.themeSystem };
  return (
    <Menu
      trigger={<IconButton icon={ICONS[theme]} label={`${words.theme}: ${names[theme]}`} />}
      actions={(['light', 'dark', 'system'] as const).map((option) => ({
        label: names[option],
        icon: ICONS[option],
        onSelect: () => choose(option),
      }))}
    />
  );
}
