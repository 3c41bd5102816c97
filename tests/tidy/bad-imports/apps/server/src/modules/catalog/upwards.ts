import { pay } from '../payments/api.ts';
export const seen = pay;
