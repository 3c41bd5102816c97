/** Tables that only this module writes and reads. */
export const ownedTables = [
  'usage_events',
  'usage_events_rest',
  'usage_event_ids',
  'usage_rollups',
  'usage_closings',
  'usage_quarantine',
  'usage_alert_checks',
  'usage_warnings',
  'usage_corrections',
  'usage_recounts',
  'usage_line_readings',
  'usage_streams',
  'usage_archives',
  'usage_retentions',
] as const;
