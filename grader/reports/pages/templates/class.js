// Sorting, filtering and hiding names. The page says everything without it.
(() => {
  const byId = (id) => document.getElementById(id);
  const body = byId("table").tBodies[0];
  const rows = [...body.rows];
  const headings = [...byId("table").tHead.rows[0].cells];
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;

  // What has no number (`?`: not decided) comes last, whichever way the others run.
  const number = (words) => (words === "" || isNaN(words) ? null : Number(words));
  const missing = (value) => value === null || value === "";

  // Where names are hidden their order is, too: it would tell who is who.
  const hidden = () => byId("hide-names").checked;
  const alias = (row) => Number(row.querySelector(".alias").textContent.replace(/\D/g, ""));

  function value(row, column) {
    if (column === 0) return hidden() ? alias(row) : row.cells[0].querySelector(".name").textContent;
    if (column === headings.length - 2) return row.dataset.m.split(" ").length - 1;
    const words = row.cells[column].dataset.v || row.cells[column].textContent.trim();
    return column === headings.length - 1 ? words : number(words);
  }

  function sort(column) {
    const falling = headings[column].getAttribute("aria-sort") === "ascending";
    headings.forEach((each) => each.removeAttribute("aria-sort"));
    headings[column].setAttribute("aria-sort", falling ? "descending" : "ascending");
    arrange();
  }

  function arrange() {
    const column = headings.findIndex((each) => each.hasAttribute("aria-sort"));
    const falling = headings[column].getAttribute("aria-sort") === "descending";
    const ordered = hidden() ? [...rows].sort((one, other) => alias(one) - alias(other)) : rows;
    const keyed = ordered.map((row) => [value(row, column), row]);
    keyed.sort(([one], [other]) => {
      if (missing(one) || missing(other)) return missing(one) - missing(other);
      const order = typeof one === "number" ? one - other : compare(one, other);
      return falling ? -order : order;
    });
    body.append(...keyed.map(([, row]) => row));
  }

  function filter() {
    const words = byId("find").value.trim().toLocaleLowerCase();
    const mistake = byId("with-mistake").value;
    const review = byId("only-review").checked;
    let shown = 0;
    for (const row of rows) {
      const fits = row.textContent.toLocaleLowerCase().includes(words)
        && (!mistake || row.dataset.m.split(" ").includes(mistake))
        && (!review || row.cells[headings.length - 1].textContent.trim() !== "");
      row.hidden = !fits;
      shown += fits;
    }
    const count = byId("shown");
    count.textContent = count.dataset.words.replace("%s", shown);
  }

  // A hidden name must not come back in the address that a browser shows for a link.
  function hideNames() {
    document.documentElement.classList.toggle("names-hidden", hidden());
    for (const link of document.querySelectorAll("a.name")) {
      if (hidden() && link.hasAttribute("href")) {
        link.dataset.href = link.getAttribute("href");
        link.removeAttribute("href");
      } else if (!hidden() && link.dataset.href) {
        link.setAttribute("href", link.dataset.href);
      }
    }
  }

  function unfold() {
    const target = location.hash.startsWith("#m") && byId(location.hash.slice(1));
    if (!target) return;
    for (let each = target.querySelector("details"); each; each = each.parentElement.closest("details")) each.open = true;
    target.scrollIntoView();
  }

  headings.forEach((each, column) => each.querySelector("button").addEventListener("click", () => sort(column)));
  for (const id of ["find", "with-mistake", "only-review"]) byId(id).addEventListener("input", filter);
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  byId("hide-names").addEventListener("change", () => {
    hideNames();
    arrange();
  });
  addEventListener("hashchange", unfold);
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => {
      byId("with-mistake").value = button.dataset.show;
      filter();
      byId("with-mistake").focus();
      byId("submissions").scrollIntoView();
    });
  }
  // A browser may have kept the switches over a reload.
  hideNames();
  if (hidden()) arrange();
  filter();
  unfold();
})();
