import * as z from 'zod';

// The page's security policy lets no code be made from text. zod asks when a schema is made, so this module is imported before all others.
z.config({ jitless: true });
