import { registerHooks } from 'node:module';

/**
 * Node asks a package's manifest for the format of each of its modules, and parses it anew each time. Drizzle's manifest has
 * 179 KB and its 400 modules are all ES modules: to say so takes a third off the time in which the node's modules load.
 */
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier.startsWith('.') && context.parentURL?.includes('/node_modules/drizzle-orm/')
      ? { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true }
      : nextResolve(specifier, context),
});
