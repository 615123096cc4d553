"use strict";

// The table of submissions: sorted by its headers, narrowed by the search field or to those who made one mistake.
const table = document.getElementById("submissions");
const body = table.tBodies[0];
const search = document.getElementById("search");
const shown = document.getElementById("shown");
const only = document.getElementById("only");
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const rows = Array.from(body.rows, (row) => ({
  row,
  lessons: row.dataset.lessons.split(" "),
  words: [row.cells[0], ...Array.from(row.cells).slice(-2)]
    .map((cell) => cell.textContent)
    .join(" ")
    .toLowerCase(),
}));
let lesson = null;

function narrow() {
  const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { row, lessons, words } of rows) {
    const fits =
      (lesson === null || lessons.includes(lesson)) && wanted.every((word) => words.includes(word));
    row.hidden = !fits;
    count += fits;
  }
  const all = rows.length.toLocaleString("en");
  shown.textContent = `${count.toLocaleString("en")} of ${all} submission${rows.length === 1 ? "" : "s"} shown`;
}

function key(row, column, numbers) {
  const cell = row.cells[column];
  const text = cell.dataset.key ?? cell.textContent;
  return numbers ? Number(text) : text;
}

function sort(header) {
  const column = header.cellIndex;
  const numbers = "numbers" in header.dataset;
  const up = header.getAttribute("aria-sort") !== "ascending";
  const compare = numbers ? (a, b) => a - b : byName.compare;
  const keyed = Array.from(body.rows, (row) => [key(row, column, numbers), row]);
  keyed.sort(([a], [b]) => (up ? compare(a, b) : compare(b, a)));
  body.append(...keyed.map(([, row]) => row));
  for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", up ? "ascending" : "descending");
}

function showOnly(button) {
  lesson = button ? button.dataset.lesson : null;
  only.hidden = !button;
  if (button) {
    only.firstElementChild.textContent =
      "Only those with this mistake: " + button.closest("li").querySelector(".rule").textContent;
    only.lastElementChild.focus();
    document.getElementById("class").scrollIntoView();
  } else {
    search.focus();
  }
  narrow();
}

for (const header of table.tHead.rows[0].cells) {
  header.firstElementChild.addEventListener("click", () => sort(header));
}
for (const button of document.querySelectorAll("[data-lesson]")) {
  button.parentNode.hidden = false;
  button.addEventListener("click", () => showOnly(button));
}
only.lastElementChild.addEventListener("click", () => showOnly(null));
search.addEventListener("input", narrow);
search.form.addEventListener("submit", (event) => event.preventDefault());
search.form.hidden = false;
narrow();

// On paper a check has its words beside its number.
let folded = [];
addEventListener("beforeprint", () => {
  folded = Array.from(document.querySelectorAll("details.exercise:not([open])"));
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
});
