// Node.js wants `with {type: "json"}` on JSON imports; packages made for bundlers leave it out. This loader hook
// answers those imports with a module that exports the data.
import {readFile} from 'node:fs/promises';

export async function load(url, context, nextLoad) {
  const bare = url.endsWith('.json') && context.importAttributes?.type !== 'json';
  if (!bare) return nextLoad(url, context);
  const data = await readFile(new URL(url), 'utf8');
  return {format: 'module', source: `export default ${data};`, shortCircuit: true};
}
