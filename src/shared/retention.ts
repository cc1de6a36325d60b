/** Years for which records are kept after the last visit unless the clinic says otherwise: the strictest of the common rules. */
export const usualRetentionYears = 10
