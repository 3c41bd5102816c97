import { fake } from '../../testing/fake.ts';
export const seen = fake;
