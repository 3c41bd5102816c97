/** The tables that this module alone writes. */
export const ownedTables = ['secret_marks', 'rotation_policies', 'certificate_looks'] as const;
