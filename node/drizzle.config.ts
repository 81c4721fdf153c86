import { defineConfig } from 'drizzle-kit';

/** `npm run migrations -w node` writes what the tables have become since the last migration. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/*/tables.ts',
  out: './drizzle',
});
