/** The default records and system accounts of one generation of NethServer. */
export interface StageDefaults {
  /** Database name → its records, one a line. */
  readonly databases: Readonly<Record<string, string>>
  readonly passwd: string
  readonly group: string
}
