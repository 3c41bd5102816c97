import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LocaleProvider } from '../src/locale.tsx';
import { restoreTheme } from '../src/theme.tsx';
import { Toaster } from '../src/toast.tsx';
import { Gallery } from './gallery.tsx';
import './gallery.css';

restoreTheme();
const search = new URLSearchParams(location.search);
const locale = search.get('locale') ?? 'en';
document.documentElement.lang = locale;
document.documentElement.dir = locale.startsWith('ar') ? 'rtl' : 'ltr';
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <LocaleProvider locale={locale} timeZone="Europe/Vienna">
        <Gallery page={search.get('page') ?? 'basics'} />
        <Toaster />
      </LocaleProvider>
    </StrictMode>,
  );
}
