// The map: bodies, groups and doors are drawn by Cytoscape.js where the page says they stand.

const place = byId("map");
const styleOf = getComputedStyle(document.documentElement);
const tone = (name) => styleOf.getPropertyValue(`--${name}`).trim();
const dashes = { open: "solid", one: "dashed", more: "dotted", lawful: "solid" };
const sizes = { home: 11, hubs: 26, elsewhere: 6, federal: 11 };

// The worst class of the doors over each pair of bodies.
const order = data.classes.map(([klass]) => klass);
const pairs = new Map();
for (const door of doors) {
  for (const hop of door.walk) {
    const id = `${hop.source}>${hop.target}`;
    if (!pairs.has(id)) pairs.set(id, { id, source: hop.source, target: hop.target });
  }
}

// How many links run between each two groups, where one of them is home, hubs or federal.
function bundles() {
  const counts = new Map();
  for (let at = 0; at < data.links.length; at += 3) {
    const [from, to] = [bodies[data.links[at]].group, bodies[data.links[at + 1]].group];
    if (from === to || [from, to].every((group) => groups[group].column === "elsewhere")) continue;
    const id = `${Math.min(from, to)}-${Math.max(from, to)}`;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts].map(([id, count]) => ({
    data: { id: `bundle ${id}`, source: `group ${id.split("-")[0]}`, target: `group ${id.split("-")[1]}`, width: 2 + 3 * Math.log2(count) },
    classes: "bundle",
  }));
}

function elements() {
  return [
    ...groups.map((group, number) => ({
      data: { id: `group ${number}`, size: 2 * group.radius }, position: { x: group.x, y: group.y },
      classes: "group", grabbable: false,
    })),
    ...bodies.map((body) => ({
      data: { id: String(body.number), size: sizes[groups[body.group].column] * (doorsOf[body.number].length ? 1.6 : 1) },
      position: { x: body.x, y: body.y },
      classes: [groups[body.group].column, body.isOwner && "owner", body.isRecipient && "recipient", doorsOf[body.number].length && "passed"].filter(Boolean).join(" "),
    })),
    ...bundles(),
    ...[...pairs.values()].map((pair) => ({ data: { id: pair.id, source: String(pair.source), target: String(pair.target) }, classes: "door" })),
  ];
}

function look() {
  const classesOfDoors = Object.values(tones).map((name) => ({
    selector: `.door.${name}`,
    style: { "line-color": tone(name), "target-arrow-color": tone(name), "line-style": dashes[name] },
  }));
  return [
    { selector: "node", style: { width: "data(size)", height: "data(size)", "background-color": tone("node"), "z-index": 2, "overlay-opacity": 0 } },
    { selector: ".group", style: { "background-color": tone("disc"), "border-width": 1, "border-color": tone("line"), events: "no", "z-index": 0 } },
    { selector: ".hubs", style: { shape: "round-rectangle", "background-color": tone("soft") } },
    { selector: ".owner", style: { "background-color": tone("home") } },
    { selector: ".passed", style: { "background-color": tone("ink"), "z-index": 5 } },
    { selector: ".owner.passed", style: { "background-color": tone("home") } },
    { selector: ".recipient", style: { shape: "diamond", "background-color": tone("paper"), "border-color": tone("open"), "border-width": 4, "z-index": 6 } },
    { selector: "edge", style: { "curve-style": "straight", events: "no", width: 1 } },
    { selector: ".bundle", style: { "line-color": tone("bundle"), "line-opacity": 0.35, width: "data(width)", "z-index": 1 } },
    { selector: ".door", style: { "target-arrow-shape": "none", opacity: 0.55, "z-index": 3, display: "none" } },
    ...classesOfDoors,
    { selector: ".door.shown", style: { display: "element" } },
    { selector: ".door.faded", style: { opacity: 0.12 } },
    { selector: ".door.walked", style: { display: "element", opacity: 1, "target-arrow-shape": "triangle", "z-index": 8 } },
    { selector: "node.walked", style: { "border-width": 4, "border-color": tone("accent"), "z-index": 9 } },
    { selector: "node.chosen", style: { "border-width": 5, "border-color": tone("accent"), "z-index": 10 } },
    { selector: ".door.current", style: { "line-style": "solid" } },
  ];
}

const graph = cytoscape({
  container: byId("graph"),
  elements: elements(),
  style: look(),
  layout: { name: "preset", fit: false },
  minZoom: 0.02, maxZoom: 8,
  autoungrabify: true, autounselectify: true, boxSelectionEnabled: false,
  userZoomingEnabled: false,
  hideEdgesOnViewport: pairs.size > 2000,
});

function fit() {
  const [width, height] = data.size;
  const room = 34;
  const zoom = Math.min(graph.width() / (width + 2 * room), graph.height() / (height + 3 * room));
  graph.viewport({ zoom, pan: { x: graph.width() / 2, y: graph.height() / 2 + room * zoom / 2 } });
}

function zoomBy(factor) {
  graph.zoom({ level: graph.zoom() * factor, renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
}

// Moves so that a body stands in the middle, near enough to read its neighbors' names.
function goTo(body) {
  const at = graph.getElementById(String(body)).position();
  const zoom = Math.max(graph.zoom(), 1);
  graph.viewport({ zoom, pan: { x: graph.width() / 2 - at.x * zoom, y: graph.height() / 2 - at.y * zoom } });
}

// Lines and rings keep their width on the screen, whatever the zoom.
let widthsAt = 0;
function keepWidths() {
  const zoom = graph.zoom();
  if (Math.abs(Math.log2(zoom / widthsAt)) < 0.4) return;
  widthsAt = zoom;
  graph.style()
    .selector(".door").style({ width: 1.3 / zoom })
    .selector(".door.walked").style({ width: 3 / zoom, "arrow-scale": Math.max(0.8, 0.9 / zoom / 2) })
    .selector(".door.current").style({ width: 6 / zoom })
    .update();
}

function showDoors() {
  const worst = new Map();
  for (const number of chosen.doors) {
    for (const hop of doors[number].walk) {
      const id = `${hop.source}>${hop.target}`;
      const rank = order.indexOf(doors[number].klass);
      if (!worst.has(id) || rank < worst.get(id)) worst.set(id, rank);
    }
  }
  graph.batch(() => {
    for (const id of pairs.keys()) {
      const rank = worst.get(id);
      graph.getElementById(id).classes(rank === undefined ? "door" : `door shown ${tones[order[rank]]}`);
    }
  });
}

function showChosen() {
  graph.batch(() => {
    graph.elements(".walked, .current, .chosen").removeClass("walked current chosen");
    const door = chosen.door === null ? null : doors[chosen.door];
    graph.elements(".door").toggleClass("faded", door !== null);
    door?.walk.forEach((hop, step) => {
      const line = graph.getElementById(`${hop.source}>${hop.target}`);
      line.removeClass("faded").addClass(step === chosen.hop ? "walked current" : "walked");
      line.addClass(tones[door.klass]);
    });
    door?.path.forEach((body) => graph.getElementById(String(body)).addClass("walked"));
    if (chosen.body !== null) graph.getElementById(String(chosen.body)).addClass("chosen");
  });
}

watch((now, before) => {
  if (now.doors !== before.doors) showDoors();
  showChosen();
});

graph.on("tap", "node", (event) => {
  const body = Number(event.target.id());
  if (Number.isInteger(body)) filter({ body: chosen.body === body ? null : body });
});
place.addEventListener("pointerdown", () => { place.focus({ preventScroll: true }); graph.userZoomingEnabled(true); });
place.addEventListener("blur", () => graph.userZoomingEnabled(false));
place.addEventListener("pointerleave", () => graph.userZoomingEnabled(false));
const mapKeys = {
  ArrowLeft: () => graph.panBy({ x: 60, y: 0 }), ArrowRight: () => graph.panBy({ x: -60, y: 0 }),
  ArrowUp: () => graph.panBy({ x: 0, y: 60 }), ArrowDown: () => graph.panBy({ x: 0, y: -60 }),
  "+": () => zoomBy(1.3), "=": () => zoomBy(1.3), "-": () => zoomBy(1 / 1.3), 0: fit,
};
place.addEventListener("keydown", (event) => {
  const act = mapKeys[event.key];
  if (!act || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act();
});
byId("zoom-in").addEventListener("click", () => zoomBy(1.4));
byId("zoom-out").addEventListener("click", () => zoomBy(1 / 1.4));
byId("fit").addEventListener("click", fit);
