export { decide } from './decide.ts';
export { type Explanation, explain } from './explain.ts';
export { defaultWorkClass } from './workClass.ts';
