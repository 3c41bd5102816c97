import { seen } from '../../../processes/sends.ts';
export const again = seen;
