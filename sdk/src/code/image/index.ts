export { type CodePngOptions, codePng } from './png.ts';
export { readPng } from './read.ts';
