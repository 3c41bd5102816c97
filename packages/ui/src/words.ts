/** The words that components say by themselves. A locale provider may replace any of them. */
export interface Words {
  readonly close: string;
  readonly cancel: string;
  readonly copy: string;
  readonly copied: string;
  readonly loadMore: string;
  readonly loading: string;
  readonly retry: string;
  readonly clearFilters: string;
  readonly requestId: string;
  readonly skipToContent: string;
  readonly mainNavigation: string;
  readonly places: string;
  readonly openNavigation: string;
  readonly collapseNavigation: string;
  readonly expandNavigation: string;
  readonly search: string;
  readonly searchPlaceholder: string;
  readonly noResults: string;
  readonly keyboardHelp: string;
  readonly theme: string;
  readonly themeLight: string;
  readonly themeDark: string;
  readonly themeSystem: string;
  readonly showTable: string;
  readonly showChart: string;
  readonly selectAll: string;
  readonly selectRow: string;
  readonly selected: (count: number) => string;
  readonly clearSelection: string;
  readonly increase: string;
  readonly decrease: string;
  readonly optional: string;
  readonly required: string;
  readonly notANumber: string;
  readonly tooManyDecimals: string;
  readonly sortAscending: string;
  readonly sortDescending: string;
}

export const ENGLISH: Words = {
  close: 'Close',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  loadMore: 'Load more',
  loading: 'Loading',
  retry: 'Try again',
  clearFilters: 'Clear filters',
  requestId: 'Request id',
  skipToContent: 'Skip to content',
  mainNavigation: 'Main',
  places: 'Places',
  openNavigation: 'Open navigation',
  collapseNavigation: 'Show icons only',
  expandNavigation: 'Show names',
  search: 'Search',
  searchPlaceholder: 'Search or jump to',
  noResults: 'Nothing found.',
  keyboardHelp: 'Keyboard',
  theme: 'Theme',
  themeLight: 'Light',
  themeDark: 'Dark',
  themeSystem: 'As the system',
  showTable: 'Show as table',
  showChart: 'Show as chart',
  selectAll: 'Select all rows shown',
  selectRow: 'Select row',
  selected: (count) => `${count} selected`,
  clearSelection: 'Clear selection',
  increase: 'Increase',
  decrease: 'Decrease',
  optional: 'optional',
  required: 'This field is needed.',
  notANumber: 'Write an amount, such as 12.40.',
  tooManyDecimals: 'This currency has fewer decimals.',
  sortAscending: 'Sort ascending',
  sortDescending: 'Sort descending',
};
