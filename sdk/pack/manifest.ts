/** A package.json, as far as it is read or written here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly exports: Readonly<Record<string, Target>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A file, or a file for each condition. */
type Target = string | { readonly [condition: string]: Target };

/** Node 22.19 is what undici 8 asks for; `node:sqlite` needs no flag from 22.13 on. */
const ENGINES = { node: '>=22.19' };
/** Of the workspace alone. `private` keeps the sources, which Node refuses to strip under node_modules, from being published. */
const WORKSPACE_ONLY = new Set(['private', 'scripts', 'devDependencies']);

const filesOf = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf);

/** The sources that a package is entered by, from its folder. */
export const entriesOf = ({ exports, bin = {} }: Manifest): string[] => [
  ...new Set([...Object.values(exports).flatMap(filesOf), ...Object.values(bin)]),
];

/** The source behind each name that the package is imported by; of a conditional one, the last condition's. */
export const sourcesByName = ({ name, exports }: Manifest): [name: string, source: string][] =>
  Object.entries(exports).map(([entry, target]) => [name + entry.slice(1), filesOf(target).at(-1) ?? '']);

const withEnding = (source: string, ending: string): string => {
  if (!source.endsWith('.ts')) throw new RangeError(`${source} is no TypeScript`);
  return source.slice(0, -'.ts'.length) + ending;
};

const asBuilt = (target: Target): Target =>
  typeof target === 'string'
    ? { types: withEnding(target, '.d.ts'), default: withEnding(target, '.js') }
    : Object.fromEntries(Object.entries(target).map(([condition, inner]) => [condition, asBuilt(inner)]));

/** What is published in place of a workspace's package.json: the built files stand where the sources stood. */
export const publishedManifest = (manifest: Manifest): Manifest => ({
  ...(Object.fromEntries(Object.entries(manifest).filter(([field]) => !WORKSPACE_ONLY.has(field))) as Manifest),
  exports: Object.fromEntries(Object.entries(manifest.exports).map(([name, target]) => [name, asBuilt(target)])),
  ...(manifest.bin && {
    bin: Object.fromEntries(Object.entries(manifest.bin).map(([name, source]) => [name, withEnding(source, '.js')])),
  }),
  engines: ENGINES,
  // No module but the command itself does anything when it is loaded: a bundler may leave out what is not used.
  sideEffects: false,
});
