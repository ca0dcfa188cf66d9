// Python and the rules, away from the page: it can be ended whatever they do.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = new URL(".", import.meta.url);
let python;

function tell(stage, done) {
  postMessage({ stage, done });
}

async function wheel({ name, integrity }) {
  const answer = await fetch(new URL(`wheels/${name}`, here), { integrity });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.arrayBuffer();
}

async function start(wheels) {
  tell("fetching", 5);
  const archives = Promise.all(wheels.map(wheel));
  const pyodide = await loadPyodide({ indexURL: new URL("pyodide/", here).href, checkAPIVersion: false });
  tell("unpacking", 60);
  for (const archive of await archives) pyodide.unpackArchive(archive, "wheel");
  tell("reading", 75);
  python = pyodide.pyimport("elbguard.playground.inquiry");
  tell("ready", 100);
}

onmessage = async ({ data }) => {
  try {
    if (data.wheels) await start(data.wheels);
    else postMessage({ id: data.id, answer: python[data.verb](data.question) });
  } catch (error) {
    postMessage({ id: data.id, failed: String(error).slice(-400) });
  }
};
