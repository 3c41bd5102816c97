import { insert } from '../catalog/repo.ts';
export const seen = insert;
