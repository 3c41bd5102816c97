import { plan } from '../modules/catalog/api.ts';
export const seen = plan;
