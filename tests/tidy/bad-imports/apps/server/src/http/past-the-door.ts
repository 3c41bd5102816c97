import { insert } from '../modules/catalog/repo.ts';
export const seen = insert;
