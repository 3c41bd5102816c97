import { DirectionProvider } from '@base-ui/react/direction-provider';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { ENGLISH, type Words } from './words.ts';

export interface Locale {
  /** A BCP 47 tag, such as `en`, `de-AT`, `ar`. */
  readonly locale: string;
  /** The IANA zone that dates are shown in. */
  readonly timeZone: string;
  readonly direction: 'ltr' | 'rtl';
  readonly words: Words;
}

const LocaleContext = createContext<Locale>({
  locale: 'en',
  timeZone: 'UTC',
  direction: 'ltr',
  words: ENGLISH,
});

const RTL_LANGUAGES = new Set(['ar', 'fa', 'he', 'ur']);

/** The zone of this browser. */
export function viewerTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export interface LocaleProviderProps {
  readonly locale: string;
  readonly timeZone: string;
  readonly words?: Partial<Words> | undefined;
  readonly children: ReactNode;
}

/** Gives every component below it the language, direction and zone. Set `dir` and `lang` on `<html>` as well. */
export function LocaleProvider({ locale, timeZone, words, children }: LocaleProviderProps) {
  const value = useMemo<Locale>(() => {
    const direction = RTL_LANGUAGES.has(locale.split('-')[0] ?? '') ? 'rtl' : 'ltr';
    return { locale, timeZone, direction, words: { ...ENGLISH, ...words } };
  }, [locale, timeZone, words]);
  return (
    <LocaleContext value={value}>
      <DirectionProvider direction={value.direction}>{children}</DirectionProvider>
    </LocaleContext>
  );
}

export function useLocale(): Locale {
  return useContext(LocaleContext);
}
