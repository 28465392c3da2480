/**
 * Makes a function that gives names back as they are, as long as they are few: from then on, any other
 * one is `other`. What is counted by name stays bounded.
 */
export function boundedNames(most: number, other = 'other'): (name: string) => string {
  const known = new Set<string>()
  return (name) => {
    if (known.size < most) known.add(name)
    return known.has(name) ? name : other
  }
}
