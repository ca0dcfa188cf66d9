// The page: what is written is asked about, and the answer shown.

import { Editor } from "./editor.js";
import { Engine } from "./engine.js";
import * as results from "./results.js";
import { BadLink, LONGEST_TEXT, fragment, state } from "./sharing.js";
import { LANGUAGES } from "./strings.js";

const PAUSE = 250; // milliseconds after the last key
const at = (id) => document.getElementById(id);
const contents = await (await fetch(new URL("contents.json", import.meta.url))).json();
const editor = new Editor(at("text"), at("mirror"), at("gutter"));
const form = at("settings");
let says = LANGUAGES.en;
let answer = null;
let stage = "fetching";
let asked = 0;
let timer;
let stopping;

function settings() {
  const found = {};
  for (const [name, value] of new FormData(form)) if (value.trim()) found[name] = value === "on" ? "true" : value.trim();
  return found;
}

function put(values) {
  form.reset();
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field?.type === "checkbox") field.checked = value === "true";
    else if (field) field.value = value;
  }
  at("more").open = at("more").open || [...at("more").querySelectorAll("input, select")].some((f) => (f.type === "checkbox" ? f.checked : f.value));
}

// A sentence on top; it goes with the next answer, or where it `stays`, when something else is written.
function notice(text, { stays = false } = {}) {
  at("notice").dataset.stays = stays;
  at("notice").textContent = text;
  at("notice").hidden = !text;
}

function status(text) {
  if (at("state").textContent !== text) at("state").textContent = text;
}

const engine = new Engine(contents.wheels, (told) => {
  if (told.stage) {
    stage = told.stage;
    at("progress").value = told.done;
    at("progress").hidden = stage === "ready";
    if (stage === "ready" && isBusy()) offerStop();
    status(says[stage] ?? (isBusy() ? says.checking : ""));
  }
  if (told.ended) notice(told.ended === "slow" ? says.slow : says.ended);
  if (told.failed) {
    at("progress").hidden = true;
    console.error(told.failed);
    notice(says.broken);
    busy(false);
  }
});

// What takes longer than a second can be stopped.
function offerStop() {
  clearTimeout(stopping);
  stopping = setTimeout(() => { at("stop").hidden = stage !== "ready"; }, 1000);
}

function isBusy() {
  return at("answer").getAttribute("aria-busy") === "true";
}

function busy(is) {
  at("answer").setAttribute("aria-busy", is);
}

async function ask() {
  clearTimeout(timer);
  const mine = ++asked;
  const text = editor.text;
  at("sample").value = contents.samples.findIndex((sample) => sample.text === text);
  if (text.length > LONGEST_TEXT) {
    notice(says.toolong);
    busy(false);
    return;
  }
  busy(true);
  if (stage === "ready") status(says.checking);
  offerStop();
  const { namespace = "", ...rest } = settings();
  const question = { text, settings: { ...rest, lang: at("language").value }, namespace };
  try {
    const found = await engine.ask("answer", JSON.stringify(question));
    if (mine !== asked) return;
    if (found) {
      answer = found;
      if (at("notice").dataset.stays !== "true") notice("");
      show();
    } else status("");
  } catch (error) {
    console.error(error);
    if (mine !== asked) return;
    notice(says.internal);
    status("");
  } finally {
    if (mine === asked) {
      clearTimeout(stopping);
      at("stop").hidden = true;
      busy(false);
    }
  }
}

function soon() {
  at("undo").hidden = !editor.replaced;
  at("shared").hidden = true;
  if (at("notice").dataset.stays === "true") notice("");
  if (location.hash) history.replaceState(null, "", location.pathname + location.search); // it is of another text
  clearTimeout(timer);
  busy(true);
  timer = setTimeout(ask, PAUSE);
}

function show() {
  if (!answer) return;
  at("mistakes").replaceChildren(...answer.mistakes.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  if (answer.mistakes.length) {
    status("");
    return;
  }
  const { report, services, fix, defaults, said } = answer;
  const actions = { go: (place) => editor.show(place), explain };
  const unread = report.troubles.filter((trouble) => trouble.line || trouble.fatal);
  editor.mark([
    ...report.findings.map(results.placeOf),
    ...unread.filter((one) => one.line).map((one) => ({ line: one.line, column: one.column, severity: one.fatal ? "error" : "warning" })),
  ]);
  at("findings").replaceChildren(
    ...unread.map((one) => results.trouble(one, says, actions)),
    ...report.findings.map((found) => results.finding(found, says, actions)),
  );
  at("said").replaceChildren(...remarks(report, said).map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  status(summary(report, unread));
  at("cures").hidden = !fix.changes.length;
  at("changes").replaceChildren(...fix.changes.map((one) => Object.assign(document.createElement("li"), { textContent: `${one.line}:${one.column} ${one.said}` })));
  results.diff(lines(fix.diff), at("cures-diff"));
  at("left").textContent = says.left(fix.left);
  at("kubectl").hidden = !services.length;
  results.printed(services, at("printed"));
  const filled = services.filter((service) => service.patch.length);
  at("filled").hidden = !filled.length;
  results.patches(filled, at("patches"));
  at("write").disabled = defaults.text === fix.text;
}

const lines = (diff) => (diff ? diff.replace(/\n$/, "").split("\n") : []);

function remarks(report, said) {
  const skipped = new Set(report.skipped.map((one) => one.rule)).size;
  const known = report.troubles.map((trouble) => trouble.message);
  const other = said.filter((line) => !known.some((message) => line.includes(message)));
  return [...other, ...(skipped ? [says.unjudged(skipped)] : [])];
}

function summary(report, unread) {
  const { services, errors, warnings } = report.summary;
  if (!editor.text.trim()) return says.empty;
  const counted = [errors && says.errors(errors), warnings && says.warnings(warnings)].filter(Boolean);
  if (!counted.length && !unread.length) counted.push(services ? says.clean : says.noservice);
  return [services ? says.services(services) : "", ...counted].filter(Boolean).join(" · ");
}

async function explain(rule) {
  const found = await engine.ask("explained", JSON.stringify({ subject: rule, lang: at("language").value }));
  return found?.says ? results.explanation(found, says, tryOut) : "";
}

function tryOut(example) {
  const values = {};
  const flags = example.flags.values();
  for (const flag of flags) {
    const name = flag.replace(/^--/, "");
    if (name === "strict-names") values[name] = "true";
    else values[name] = [values[name], flags.next().value].filter(Boolean).join(", ");
  }
  put(values);
  editor.replace(example.manifest);
  ask();
  at("asking-title").scrollIntoView({ block: "nearest" });
}

function speak(language) {
  says = LANGUAGES[language];
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const each of document.querySelectorAll("[data-says]")) each.textContent = says[each.dataset.says];
  for (const each of form.querySelectorAll("option[data-none]")) each.textContent = says[each.dataset.none];
  for (const option of at("sample").options) {
    option.textContent = option.value === "-1" ? says.choose : says.titles[contents.samples[option.value].title] ?? contents.samples[option.value].title;
  }
  at("sample").querySelectorAll("optgroup").forEach((group) => { group.label = says[group.dataset.group]; });
  if (stage === "ready") show();
  else if (says[stage]) status(says[stage]);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false;
  }
  button.textContent = says.copied;
  setTimeout(() => { button.textContent = says.copy; }, 1500);
  return true;
}

async function share() {
  const found = await fragment({ text: editor.text, settings: settings() });
  at("shared").hidden = !found;
  if (!found) {
    notice(says.longlink, { stays: true });
    return;
  }
  history.replaceState(null, "", found);
  at("link").value = location.href;
  at("link").focus();
  at("link").select();
}

async function restore() {
  try {
    const found = await state(location.hash);
    if (!found) return false;
    const link = location.href;
    put(found.settings);
    editor.replace(found.text);
    history.replaceState(null, "", link);
    return true;
  } catch (error) {
    if (!(error instanceof BadLink)) throw error;
    notice(says.badlink, { stays: true });
    return false;
  }
}

function choices() {
  const nones = { profiles: "both", classes: "none" };
  for (const select of form.querySelectorAll("select")) {
    const none = nones[select.dataset.choices] ?? "unknown";
    const first = new Option("", "");
    first.dataset.none = none;
    select.append(first, ...contents[select.dataset.choices].map((word) => new Option(word, word)));
  }
  for (const list of ["versions", "defaults"]) at(list).append(...contents[list].map((word) => new Option(word)));
  at("rules").append(...contents.rules.map(([id, name]) => new Option(name, id)));
  at("sample").append(new Option("", -1));
  for (const group of ["demo", "cases"]) {
    const made = document.createElement("optgroup");
    made.dataset.group = group;
    contents.samples.forEach((sample, number) => { if (sample.group === group) made.append(new Option(sample.title, number)); });
    at("sample").append(made);
  }
}

choices();
at("versions-line").textContent = `elbguard ${contents.version}, Python ${contents.python}.`;
at("blocked").hidden = true;
for (const id of ["main", "tools", "foot", "progress"]) at(id).hidden = false;
at("language").value = (navigator.language ?? "").startsWith("zh") ? "zh" : "en";
speak(at("language").value);
at("language").addEventListener("change", () => { speak(at("language").value); ask(); });
at("sample").addEventListener("change", () => {
  const sample = contents.samples[at("sample").value];
  if (!sample) return;
  put(sample.settings);
  editor.replace(sample.text);
  ask();
});
form.addEventListener("input", soon);
form.addEventListener("submit", (event) => event.preventDefault());
at("apply").addEventListener("click", () => { if (answer) editor.replace(answer.fix.text); ask(); });
at("write").addEventListener("click", () => { if (answer) editor.replace(answer.defaults.text); ask(); });
at("undo").addEventListener("click", () => { editor.undo(); ask(); });
at("stop").addEventListener("click", () => engine.end("stopped"));
at("share").addEventListener("click", share);
at("copy-link").addEventListener("click", () => copy(at("link").value, at("copy-link")));
at("copy-text").addEventListener("click", () => copy(editor.text, at("copy-text")));
addEventListener("hashchange", async () => { if (await restore()) ask(); });
editor.onchange(soon);
editor.onchoice((line) => {
  const item = at("findings").querySelector(`[data-line="${line}"]`);
  item?.scrollIntoView({ block: "nearest" });
  item?.querySelector("button")?.focus({ preventScroll: true });
});
if (!(await restore())) editor.begin(contents.samples[0].text);
ask();
