import { encodeTypeId } from '@billhook/core/kernel/typeid';

export const overrideId = (uuid: string) => encodeTypeId('ovr', uuid);
export const grantId = (uuid: string) => encodeTypeId('rgr', uuid);
