// What `import` gives.

export { heat, heat as default } from './heat.js';
export type { Ask, AskOptions, Heat, WaitOptions } from './heat.js';
export { HeatError } from './error.js';
export type { CallOptions, Options } from './wire.js';
export type * from './requests.js';
