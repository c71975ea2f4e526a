// What both judges share: a path per line in, a line of JSON per file out, in order, until the input ends:
// {"file": path, "findings": [{"kind", "message", "line"}]}; line 0 stands for the whole file.
import {readFile} from 'node:fs/promises';
import {createInterface} from 'node:readline';

export async function answer(judge) {
  for await (const file of createInterface({input: process.stdin, crlfDelay: Infinity})) {
    let findings;
    try {
      findings = await judge(await readFile(file, 'utf8'), file);
    } catch (error) {
      findings = [{kind: 'crash', message: String(error?.message ?? error), line: 0}];
    }
    process.stdout.write(JSON.stringify({file, findings}) + '\n');
  }
}
