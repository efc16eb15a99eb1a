// The search box: a combobox over the names and keys of all bodies.

const searchBox = byId("search");
const found = byId("found");
const most = 12;
let matches = [];
let marked = -1;

const folded = bodies.map((body) => fold(`${body.name} ${body.key}`));

function fold(words) {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

// Bodies whose name or key holds every word asked for; those that doors pass come first.
function search(asked) {
  const words = fold(asked).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const rank = (body) => (folded[body.number].startsWith(words[0]) ? 0 : 1) - (doorsOf[body.number].length ? 2 : 0);
  return bodies
    .filter((body) => words.every((word) => folded[body.number].includes(word)))
    .sort((one, other) => rank(one) - rank(other) || one.number - other.number)
    .slice(0, most);
}

function showMatches() {
  matches = search(searchBox.value);
  marked = matches.length ? 0 : -1;
  found.replaceChildren(...matches.map((body, place) => make(
    "li",
    { id: `found-${place}`, role: "option", onmousedown: (event) => { event.preventDefault(); take(place); } },
    body.name, make("small", {}, `${body.kind}, ${groups[body.group].name}, ${counted(doorsOf[body.number].length, "door")}`),
  )));
  if (!matches.length && searchBox.value.trim()) {
    found.append(make("li", { role: "option", "aria-disabled": "true" }, "nobody of that name is on the map"));
  }
  found.hidden = !searchBox.value.trim();
  searchBox.setAttribute("aria-expanded", String(!found.hidden));
  mark();
}

function mark() {
  [...found.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === marked)));
  if (marked >= 0) {
    searchBox.setAttribute("aria-activedescendant", `found-${marked}`);
    found.children[marked].scrollIntoView({ block: "nearest" });
  } else searchBox.removeAttribute("aria-activedescendant");
}

function closeMatches() {
  found.hidden = true;
  searchBox.setAttribute("aria-expanded", "false");
  searchBox.removeAttribute("aria-activedescendant");
}

function take(place) {
  const body = matches[place];
  if (!body) return;
  searchBox.value = body.name;
  closeMatches();
  filter({ body: body.number });
  goTo(body.number);
}

searchBox.addEventListener("input", showMatches);
searchBox.addEventListener("blur", closeMatches);
searchBox.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (found.hidden) showMatches();
    else if (matches.length) marked = (marked + (event.key === "ArrowDown" ? 1 : -1) + matches.length) % matches.length;
    mark();
  } else if (event.key === "Enter") take(marked);
  else if (event.key === "Escape") {
    searchBox.value = "";
    closeMatches();
    if (chosen.body !== null) filter({ body: null });
  } else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || /INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  searchBox.focus();
});
