// Drives cases of a drawing with npm bpmn-engine, one user task after the other, the state as text between any two steps.
// Reads {"cases", "inside"} as lines from standard input; answers each with {"cases": seconds of each step of each case,
// "bytes": of the largest state}. "inside": the definition travels in the state, as the documentation of getState and recover shows it;
// otherwise it is read once, kept outside and handed to each engine.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import BpmnModdle from 'bpmn-moddle';
import * as elements from 'bpmn-elements';
import { Engine } from 'bpmn-engine';
import serialize, { TypeResolver } from 'moddle-context-serializer';

const [drawing, inputs] = [readFileSync(process.argv[2], 'utf8'), JSON.parse(process.argv[3])];
const sourceContext = serialize(await new BpmnModdle().fromXML(drawing), TypeResolver({ ...elements }));

/** What happens next: the task that waits, or nothing when the case has ended. */
function next(engine, listener) {
  return Promise.race([
    new Promise((found) => listener.once('activity.wait', found)),
    engine.waitFor('end').then(() => undefined),
  ]);
}

async function save(engine, inside) {
  const state = await engine.getState();
  if (!inside) for (const definition of state.definitions) delete definition.source;
  return JSON.stringify(state);
}

async function begin(inside) {
  const engine = new Engine({ name: 'case', sourceContext });
  const listener = new EventEmitter();
  const waiting = next(engine, listener);
  await engine.execute({ listener, variables: { rooms: 4 } });
  await waiting;
  return save(engine, inside);
}

async function step(text, element, variables, inside) {
  const engine = new Engine(inside ? { name: 'case' } : { name: 'case', sourceContext });
  engine.recover(JSON.parse(text));
  const listener = new EventEmitter();
  const resumed = next(engine, listener);
  await engine.resume({ listener });
  const task = await resumed;
  if (task?.id !== element) throw new Error(`${element} does not wait`);
  Object.assign(task.environment.variables, variables);
  const reached = next(engine, listener);
  task.signal(variables);
  await reached;
  return save(engine, inside);
}

async function measure({ cases, inside }) {
  const measured = [];
  let bytes = 0;
  for (let number = 0; number < cases; number += 1) {
    const steps = [];
    let text = await begin(inside);
    for (const [element, variables] of inputs) {
      const begun = process.hrtime.bigint();
      text = await step(text, element, variables, inside);
      steps.push(Number(process.hrtime.bigint() - begun) / 1e9);
      bytes = Math.max(bytes, Buffer.byteLength(text));
    }
    if (JSON.parse(text).state !== 'idle') throw new Error('the case has not ended');
    measured.push(steps);
  }
  return { cases: measured, bytes };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await measure(JSON.parse(line))));
}
