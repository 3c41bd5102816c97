import { missing } from './missing.ts';
export const button = missing;
