// Which doors are shown: by class, name, hops, evidence, government, guard and body.

const filters = byId("filters");

function option(value, label) {
  return make("option", { value }, label);
}

function fillFilters() {
  for (const [klass, long, short] of data.classes) {
    const count = doors.filter((door) => door.klass === klass).length;
    byId("classes").append(make(
      "label", { title: long },
      make("input", { type: "checkbox", name: "class", value: klass, checked: true, defaultChecked: true }),
      make("span", { className: `swatch ${tones[klass]}`, "aria-hidden": "true" }),
      `${short} (${count.toLocaleString("en-US")})`,
    ));
  }
  filters.elements.name.append(option("", "any"), ...data.doorNames.map(([name]) => option(name, name)));
  const most = Math.max(0, ...doors.map((door) => door.walk.length));
  filters.elements.hops.append(option("", "any"));
  for (let count = 1; count < most; count += 1) filters.elements.hops.append(option(count, `at most ${count}`));
  filters.elements.level.append(option("", "any"));
  levels.slice(0, -1).forEach((level, place) =>
    filters.elements.level.append(option(place, place ? `${level} or surer` : level)));
  filters.elements.group.append(option("", "any group"));
  const passed = new Set(doors.flatMap((door) => [...door.groups]));
  groups.forEach((group, place) => {
    if (passed.has(place)) filters.elements.group.append(option(place, group.name));
  });
}

function isShown(door, body) {
  const asked = filters.elements;
  const classes = [...asked.class].filter((box) => box.checked).map((box) => box.value);
  return (
    classes.includes(door.klass) &&
    (!asked.name.value || door.name === asked.name.value) &&
    (!asked.hops.value || door.walk.length <= Number(asked.hops.value)) &&
    (!asked.level.value || door.level <= Number(asked.level.value)) &&
    (!asked.group.value || door.groups.has(Number(asked.group.value))) &&
    (!asked.filter.checked || door.filterOnly) &&
    (body === null || door.path.includes(body))
  );
}

// The doors that pass the filters; the door chosen stays if it is among them.
function filter(changes = {}) {
  const { body } = { ...chosen, ...changes };
  const shown = doors.filter((door) => isShown(door, body)).map((door) => door.number);
  const kept = shown.includes(chosen.door) ? chosen.door : shown[0] ?? null;
  choose({ body, doors: shown, door: kept, hop: kept === chosen.door ? chosen.hop : 0 });
}

fillFilters();
filters.addEventListener("change", () => filter());
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("reset", () => setTimeout(() => filter({ body: null })));
