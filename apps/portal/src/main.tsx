import { startApp } from '@billhook/ui/start-app';
import { router } from './router.tsx';
import './app.css';

startApp({ router, sessionOf: ([slug]) => [slug, 'session'] });
