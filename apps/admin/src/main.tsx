import { LocaleProvider, viewerTimeZone } from '@billhook/ui/locale';
import { restoreTheme } from '@billhook/ui/theme';
import { Toaster } from '@billhook/ui/toast';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './lib/query-client.ts';
import { router } from './router.tsx';
import './app.css';

restoreTheme();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <LocaleProvider locale="en" timeZone={viewerTimeZone()}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
          <Toaster />
        </QueryClientProvider>
      </LocaleProvider>
    </StrictMode>,
  );
}
