import { button } from '../../ui/src/button.ts';
export const seen = button;
