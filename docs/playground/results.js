// What was found, as elements; texts only ever become text.

function element(name, { text, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  if (text !== undefined) made.textContent = text;
  made.append(...children.filter((child) => child !== null));
  return made;
}

export const placeOf = (found) => ({
  line: found.line, column: found.column, endLine: found.end_line, endColumn: found.end_column, severity: found.severity,
});

// A finding as an item of the list. `go` is called with its place, `explain` gives a promise of what is known of a rule.
export function finding(found, says, { go, explain }) {
  const place = element("button", {
    type: "button", className: "place", text: `${found.line}:${found.column}`, title: says.line(found.line),
  });
  place.addEventListener("click", () => go(placeOf(found)));
  const details = element("details", {}, element("summary", { text: `${found.rule} ${found.name}` }));
  details.addEventListener("toggle", async () => {
    if (details.open && details.children.length === 1) details.append(await explain(found.rule));
  });
  const item = element(
    "li",
    { className: found.severity },
    element("p", { className: "where" }, place, element("strong", { text: says[found.severity] }),
      element("span", { text: found.resource.name ? `${found.resource.namespace ? `${found.resource.namespace}/` : ""}${found.resource.name}` : "" })),
    element("p", {}, element("code", { text: found.field })),
    element("p", { text: found.message }),
    details,
  );
  item.dataset.line = found.line;
  return item;
}

// A text that could not be read, or a template, as an item of the list.
export function trouble(found, says, { go }) {
  const place = element("button", { type: "button", className: "place", text: `${found.line}:${found.column}`, title: says.line(found.line) });
  place.addEventListener("click", () => go({ line: found.line, column: found.column }));
  const severity = found.fatal ? "error" : "warning";
  const item = element(
    "li", { className: severity },
    element("p", { className: "where" }, found.line ? place : null, element("strong", { text: says.trouble })),
    element("p", { text: found.message }),
  );
  item.dataset.line = found.line;
  return item;
}

// What is known of a rule. `open` is called with an example to try.
export function explanation(rule, says, open) {
  const source = rule.source;
  const address = source.address || source.nearest;
  const link = element("a", { href: address, rel: "noreferrer", target: "_blank", text: source.document });
  const parts = [element("p", { text: rule.says })];
  if (rule.why) parts.push(element("p", {}, element("b", { text: `${says.why}: ` }), rule.why));
  if (rule.fix) parts.push(element("p", {}, element("b", { text: `${says.how}: ` }), rule.fix));
  parts.push(element("p", {}, element("b", { text: `${says.source}: ` }), /^https:\/\//.test(address) ? link : source.document));
  if (source.quotation) parts.push(element("blockquote", { text: source.quotation }));
  const examples = [rule.denied, rule.admitted].filter((example) => example && !example.before);
  if (examples.length) {
    const list = element("ul");
    for (const example of examples) {
      const button = element("button", { type: "button", text: says.try });
      button.addEventListener("click", () => open(example));
      list.append(element("li", {}, element("b", { text: `${says[example.verdict]}: ` }), `${example.title} `, button));
    }
    parts.push(list);
  }
  return element("div", { className: "explained" }, ...parts);
}

// A unified diff, its lines coloured.
export function diff(lines, into) {
  const rows = lines.map((line) => {
    const kind = { "+": "added", "-": "removed", "@": "hunk" }[line[0]] ?? "";
    return element("span", { text: `${line}\n`, className: /^(\+\+\+|---) /.test(line) ? "hunk" : kind });
  });
  into.replaceChildren(...rows);
}

// What kubectl prints of each Service.
export function printed(services, into) {
  into.replaceChildren();
  for (const service of services) {
    for (const line of service.lines) {
      const kind = line.startsWith("Warning: ") ? "warning" : service.allowed ? "good" : "error";
      into.append(element("span", { text: `${line}\n`, className: kind }));
    }
  }
}

// What the webhook would fill in to each Service, as diffs.
export function patches(services, into) {
  into.replaceChildren();
  for (const service of services) {
    const shown = element("pre", { className: "diff", tabIndex: 0 });
    shown.setAttribute("aria-label", service.service);
    diff(service.diff, shown);
    if (services.length > 1) into.append(element("p", { className: "which", text: service.service }));
    into.append(shown);
  }
}
