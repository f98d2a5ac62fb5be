// In a checkout only: lets a worker run TypeScript sources, then runs the module named by its argument.
import { register } from 'tsx/esm/api';

register();
await import(process.argv[2]);
