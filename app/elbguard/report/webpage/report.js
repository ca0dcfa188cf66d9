"use strict";
(() => {
  const unfold = () => {
    const target = document.getElementById(location.hash.slice(1));
    const fold = target && target.closest("details");
    if (fold) { fold.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  unfold();

  const table = document.getElementById("found");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row, number) => ({
    row, number, text: row.textContent.toLowerCase(), cells: Array.from(row.cells, (cell) => cell.textContent),
  }));
  const filters = document.getElementById("filters");
  const words = filters.querySelector("input");
  const menus = Array.from(filters.querySelectorAll("select"));
  const shown = filters.querySelector("output");
  const collator = new Intl.Collator("en", { numeric: true });

  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = menus.filter((menu) => menu.value);
    let number = 0;
    for (const { row, text } of rows) {
      row.hidden = !(chosen.every((menu) => row.dataset[menu.name] === menu.value)
        && wanted.every((word) => text.includes(word)));
      number += !row.hidden;
    }
    shown.textContent = shown.dataset.said.replace("NUMBER", number).replace("ALL", rows.length);
  };
  const sort = (heading, column) => {
    const back = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", back ? "descending" : "ascending");
    rows.sort((a, b) => (back ? -1 : 1) * collator.compare(a.cells[column], b.cells[column]) || a.number - b.number);
    body.append(...rows.map(({ row }) => row));
  };

  for (const menu of menus) {
    const values = new Set(rows.map(({ row }) => row.dataset[menu.name]));
    menu.append(...Array.from(values).sort(collator.compare).map((value) => new Option(value, value)));
    menu.addEventListener("change", show);
  }
  Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sort(heading, column));
    heading.replaceChildren(button);
  });
  words.addEventListener("input", show);
  filters.querySelector("button").addEventListener("click", () => {
    words.value = "";
    for (const menu of menus) menu.value = "";
    show();
  });
  table.classList.add("live");
  filters.hidden = false;
  show();
})();
