// Mermaid itself (npm: @mermaid-js/tiny, with linkedom for the DOM that it wants): what it reads in a chart.
// A line of JSON {"text"} per chart in, a line per chart out, in order, until the input ends:
//   {"kind", "title", "sections", "tasks": [{"section", "text", "start", "end", "crit", "done", "active", "milestone"}]}
// with times in seconds from the first start, or {"error": message}.
import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {runInThisContext} from 'node:vm';
import {parseHTML} from 'linkedom';

const page = parseHTML('<html><body></body></html>');
const wanted = ['document', 'Node', 'Element', 'HTMLTemplateElement', 'NodeFilter', 'DocumentFragment', 'DOMParser'];
for (const name of wanted) globalThis[name] = page[name];
globalThis.window = globalThis;
globalThis.addEventListener = () => {};
const bundle = createRequire(import.meta.url).resolve('@mermaid-js/tiny/dist/mermaid.tiny.js');
runInThisContext(await readFile(bundle, 'utf8'));
globalThis.mermaid.initialize({startOnLoad: false, suppressErrorRendering: true});

async function read({text}) {
  await globalThis.mermaid.parse(text);
  const {type, db} = await globalThis.mermaid.mermaidAPI.getDiagramFromText(text);
  if (type !== 'gantt') return {kind: type};
  const tasks = db.getTasks();
  const first = Math.min(...tasks.map(task => task.startTime));
  return {
    kind: type,
    title: db.getDiagramTitle(),
    sections: db.getSections(),
    tasks: tasks.map(task => ({
      section: task.section,
      text: task.task.trim(),
      start: (task.startTime - first) / 1000,
      end: (task.endTime - first) / 1000,
      crit: Boolean(task.crit),
      done: Boolean(task.done),
      active: Boolean(task.active),
      milestone: Boolean(task.milestone),
    })),
  };
}

for await (const line of createInterface({input: process.stdin, crlfDelay: Infinity})) {
  let said;
  try {
    said = await read(JSON.parse(line));
  } catch (error) {
    said = {error: String(error?.message ?? error)};
  }
  process.stdout.write(JSON.stringify(said) + '\n');
}
