import { start } from '../../../apps/server/src/main.ts';
export const seen = start;
