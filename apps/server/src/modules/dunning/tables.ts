/** The tables that this module alone writes. */
export const ownedTables = [
  'dunning_campaigns',
  'dunning_campaign_versions',
  'dunning_runs',
  'dunning_steps',
] as const;
