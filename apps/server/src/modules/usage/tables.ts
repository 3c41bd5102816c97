/** Tables that only this module writes and reads. */
export const ownedTables = [
  'usage_events',
  'usage_events_rest',
  'usage_event_ids',
  'usage_rollups',
  'usage_subject_rollups',
  'usage_values',
  'usage_closings',
  'usage_quarantine',
  'usage_alert_checks',
  'usage_warnings',
  'usage_counters',
] as const;
