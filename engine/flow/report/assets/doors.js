// The ranked doors: a list beside the map, and a table below it.

const rowsOfList = 40;
const rowsOfTable = 25;
let listPage = 0;
let tablePage = 0;
let sorting = { column: 0, down: false };

const nameOf = (body) => bodies[body].name;
const through = (door) => door.path.slice(1, -1).map(nameOf).join(", ") || "nobody else";
const columns = [
  ["rank", (door) => door.number + 1],
  ["what must go wrong", (door) => shortClass[door.klass], (door) => data.classes.findIndex(([klass]) => klass === door.klass)],
  ["door", (door) => door.name],
  ["from", (door) => nameOf(door.path[0])],
  ["through", through],
  ["to", (door) => nameOf(door.path.at(-1))],
  ["hops", (door) => door.walk.length],
  ["wrongs", (door) => door.wrongs],
  ["only a keyword filter", (door) => (door.filterOnly ? "yes" : "no")],
  ["evidence", (door) => levels[door.level], (door) => door.level],
  ["open since", (door) => door.since || "not known"],
];

function showCount() {
  const count = `${chosen.doors.length.toLocaleString("en-US")} of ${counted(doors.length, "door")}`;
  const whose = chosen.body === null ? "" : ` through ${nameOf(chosen.body)}`;
  byId("count").textContent = `${count}${whose}; ${data.known}`;
  byId("doors-of").textContent = `${count}${whose}; ${data.known}.`;
}

// What is known of the body chosen.
function showBody() {
  const card = byId("body");
  card.hidden = chosen.body === null;
  if (chosen.body === null) return;
  const body = bodies[chosen.body];
  let [out, back] = [0, 0];
  for (let at = 0; at < data.links.length; at += 3) {
    if (data.links[at] === body.number) out += 1;
    if (data.links[at + 1] === body.number) back += 1;
  }
  card.replaceChildren(
    make("strong", {}, body.name), ` (${body.key})`,
    make("ul", {}, [
      `${body.kind}, ${groups[body.group].name}${body.isOwner ? "; its data were traced" : ""}`,
      `${counted(out, "link")} by which its data go on, ${counted(back, "link")} by which it obtains data`,
      ...body.notes,
    ].map((note) => make("li", {}, note))),
    make("button", { type: "button", onclick: () => filter({ body: null }) }, "All bodies again"),
  );
}

function showList() {
  const pages = Math.ceil(chosen.doors.length / rowsOfList);
  const from = listPage * rowsOfList;
  byId("list").start = from + 1;
  byId("list").replaceChildren(...chosen.doors.slice(from, from + rowsOfList).map((number) => {
    const door = doors[number];
    return make("li", {}, make(
      "button",
      { type: "button", className: tones[door.klass], "data-door": number, onclick: () => chooseDoor(number) },
      `${number + 1}. ${nameOf(door.path[0])} → ${nameOf(door.path.at(-1))}`,
      make("small", {}, `${door.name} door, ${shortClass[door.klass]}; ${door.path.length > 2 ? `through ${through(door)}` : "straight from the owner"}`),
    ));
  }));
  if (!chosen.doors.length) byId("list").append(make("li", {}, make("p", {}, " No door passes these filters.")));
  pager(byId("list-pager"), listPage, pages, (page) => { listPage = page; showList(); markDoor(); });
}

function sorted() {
  const [, shown, key = shown] = columns[sorting.column];
  const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  const order = [...chosen.doors].sort((one, other) =>
    (sorting.down ? -1 : 1) * compare(key(doors[one]), key(doors[other])) || one - other);
  return order;
}

function showHead() {
  byId("table").tHead.replaceChildren(make("tr", {}, columns.map(([title], place) => {
    const isSorted = sorting.column === place;
    const mark = isSorted ? (sorting.down ? " ▼" : " ▲") : "";
    return make(
      "th", { scope: "col", "aria-sort": isSorted ? (sorting.down ? "descending" : "ascending") : "none" },
      make("button", { type: "button", onclick: () => sortBy(place) }, title + mark),
    );
  })));
}

function sortBy(column) {
  sorting = { column, down: sorting.column === column && !sorting.down };
  tablePage = 0;
  showHead();
  showTable();
  byId("table").tHead.querySelectorAll("button")[column].focus();
}

function showTable(isWhole = false) {
  const order = sorted();
  const from = isWhole ? 0 : tablePage * rowsOfTable;
  const rows = isWhole ? order : order.slice(from, from + rowsOfTable);
  byId("table").tBodies[0].replaceChildren(...rows.map((number) => {
    const door = doors[number];
    return make("tr", { "data-row": number }, columns.map(([, shown], place) => {
      if (place === 0) {
        return make("th", { scope: "row" }, make(
          "button", { type: "button", "aria-label": `Walk door ${number + 1}`, onclick: () => walkFromTable(number) }, String(number + 1)));
      }
      const value = shown(door);
      const className = place === 1 ? `badge ${tones[door.klass]}` : typeof value === "number" ? "number" : "";
      return make("td", { className }, String(value));
    }));
  }));
  pager(byId("table-pager"), tablePage, Math.ceil(order.length / rowsOfTable), (page) => { tablePage = page; showTable(); });
  markDoor();
}

function walkFromTable(number) {
  chooseDoor(number);
  byId("explore").scrollIntoView();
  byId("walk").focus({ preventScroll: true });
}

function markDoor() {
  for (const button of byId("list").querySelectorAll("button")) {
    button.setAttribute("aria-current", String(Number(button.dataset.door) === chosen.door));
  }
  for (const row of byId("table").tBodies[0].rows) {
    row.setAttribute("aria-current", String(Number(row.dataset.row) === chosen.door));
  }
}

showHead();
watch((now, before) => {
  if (now.doors !== before.doors) {
    listPage = 0;
    tablePage = 0;
    showCount();
    showBody();
    showList();
    showTable();
  }
  markDoor();
});
addEventListener("beforeprint", () => showTable(true));
addEventListener("afterprint", () => showTable());
