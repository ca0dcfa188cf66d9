// Node.js runs the built playground's Python as its worker does: `node asked.mjs FOLDER QUESTIONS ANSWERS`, files of JSON.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, questions, answers] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide/pyodide.mjs`).href);
const pyodide = await loadPyodide({ indexURL: `${folder}/pyodide/` });
for (const name of readdirSync(`${folder}/wheels`)) {
  pyodide.unpackArchive(new Uint8Array(readFileSync(`${folder}/wheels/${name}`)), "wheel");
}
const python = pyodide.pyimport("elbguard.playground.inquiry");
const found = JSON.parse(readFileSync(questions, "utf8")).map((question) => {
  try {
    return python.answer(JSON.stringify(question));
  } catch (error) {
    return JSON.stringify(String(error).slice(-1500));
  }
});
writeFileSync(answers, JSON.stringify(found));
