/** Hints stand below their field, so that fields side by side begin at the same height. */
export const below: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']
