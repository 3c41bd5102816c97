import { parentPort } from 'node:worker_threads';
import { compareZone } from './compare.ts';

parentPort?.on('message', (zone: string) => parentPort?.postMessage(compareZone(zone, 1)));
