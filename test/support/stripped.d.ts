/** Under which name the source at this path is there, as long as it is not written again. */
export function strippedName(path: string): string
