/**
 * Runs before every test file. A worker whose vitest was killed would live on for the sake of its
 * browser and servers; so it ends, and they end with it.
 */
if (!process.listeners('disconnect').some(({ name }) => name === 'endWithVitest')) {
  process.once('disconnect', function endWithVitest() {
    process.exit(1)
  })
}
