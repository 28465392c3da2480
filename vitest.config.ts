import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: ['test/setup/postgres.ts', 'test/setup/chromium.ts'],
    setupFiles: ['test/setup/worker.ts'],
    // Files share a process and what it has loaded: ten times as fast, and no file may leave
    // anything behind in a module.
    isolate: false,
    maxWorkers: 3,
    // Above what the slowest test takes on a small machine with both cores busy.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // `test.only` is for the editor; a run that counts runs everything.
    allowOnly: false,
    unstubEnvs: true,
  },
})
