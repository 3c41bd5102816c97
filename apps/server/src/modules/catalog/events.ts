/** What this module publishes. `plan.published` tells of each new version; payload: plan key, version number. */
export const catalogEvents = ['plan.published', 'plan.updated', 'meter.created', 'feature.created'] as const;
