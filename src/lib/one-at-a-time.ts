/** Work that is never done twice at once: whoever asks meanwhile waits for what is under way. */
export function oneAtATime(
  work: () => Promise<void>,
  failed: (error: unknown) => void,
): { readonly begin: () => Promise<void>; readonly ended: () => Promise<void> } {
  let running: Promise<void> | null = null
  return {
    begin: () =>
      (running ??= work()
        .catch(failed)
        .finally(() => {
          running = null
        })),
    ended: async () => void (await running),
  }
}
