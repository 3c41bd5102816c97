import { send } from '../adapters/smtp/send.ts';
export const seen = send;
