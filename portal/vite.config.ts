import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    // One page behind a node on the same network: a chunk more costs more than it saves.
    chunkSizeWarningLimit: 1500,
    // The node's content security policy lets no script inline in.
    modulePreload: { polyfill: false },
  },
});
