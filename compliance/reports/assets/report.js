"use strict";
// Tables that sort and filter. Without it every table is read as it stands.
(() => {
  const text = (cell) => cell.textContent.trim();

  // What a cell is sorted by: its number, else its text; what is not there comes last.
  function key(row, at) {
    const cell = row.cells[at];
    if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
    const said = text(cell);
    return said === "–" ? null : said.toLowerCase();
  }

  function compared(a, b) {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  }

  function sorts(table) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text(head);
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const isNumber = head.dataset.kind === "count" || head.dataset.kind === "share";
        const was = head.getAttribute("aria-sort");
        const up = was ? was === "descending" : !isNumber;
        for (const each of heads) each.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows].map((row) => [key(row, at), row]);
        rows.sort(([a], [b]) => (a === null || b === null ? compared(a, b) : up ? compared(a, b) : compared(b, a)));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  function labelled(words, control) {
    const label = document.createElement("label");
    label.append(words, control);
    return label;
  }

  function filters(block, table) {
    const rows = [...table.tBodies[0].rows];
    const tools = document.createElement("div");
    tools.className = "tools";
    const search = document.createElement("input");
    search.type = "search";
    search.autocomplete = "off";
    const told = document.createElement("p");
    told.setAttribute("role", "status");
    tools.append(labelled("Find in this table", search));
    const chosen = [...table.tHead.rows[0].cells].flatMap((head, at) => {
      if (head.dataset.kind !== "choice") return [];
      const words = [...new Set(rows.map((row) => text(row.cells[at])))].sort();
      if (words.length < 2) return [];
      const select = document.createElement("select");
      select.append(new Option("all", ""), ...words.map((word) => new Option(word, word)));
      tools.append(labelled(text(head), select));
      return [[at, select]];
    });
    const said = rows.map((row) => row.textContent.toLowerCase());
    function apply() {
      const wanted = search.value.trim().toLowerCase();
      let left = 0;
      rows.forEach((row, number) => {
        const fits = said[number].includes(wanted)
          && chosen.every(([at, select]) => !select.value || text(row.cells[at]) === select.value);
        row.hidden = !fits;
        left += fits;
      });
      told.textContent = `${left} of ${rows.length} rows`;
    }
    tools.append(told);
    tools.addEventListener("input", apply);
    block.prepend(tools);
    apply();
  }

  for (const block of document.querySelectorAll(".sortable")) {
    const table = block.querySelector("table");
    if (table.tBodies[0].rows.length > 1) {
      if (block.classList.contains("long")) filters(block, table);
      sorts(table);
    }
  }
  document.documentElement.dataset.ready = "";
})();
