import type { controlClient } from '@billhook/sandbox/control-client';

/** The control address of the stand-ins, as the server uses it. */
export type SandboxControl = ReturnType<typeof controlClient>;
