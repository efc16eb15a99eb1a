// The map: the doors and the bodies that they pass are drawn by Cytoscape.js, which also turns
// gestures into views; where everything stands was computed when the page was made.

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

const sizeOf = (body) => sizes[groups[body.group].column] * (doorsOf[body.number].length ? 1.6 : 1);

function elements() {
  const passed = bodies.filter((body) => doorsOf[body.number].length);
  return [
    ...passed.map((body) => ({
      data: { id: String(body.number), size: sizeOf(body) },
      position: { x: body.x, y: body.y },
      classes: [groups[body.group].column, body.isOwner && "owner", body.isRecipient && "recipient"].filter(Boolean).join(" "),
    })),
    ...[...pairs.values()].map((pair) => ({ data: { id: pair.id, source: String(pair.source), target: String(pair.target) }, classes: "door" })),
  ];
}

function look() {
  // A thousand dashed lines would cost every frame dearly; then only the door walked has dashes.
  const dashed = pairs.size > 150 ? "walked" : "shown";
  const classesOfDoors = Object.values(tones).flatMap((name) => [
    { selector: `.door.${name}`, style: { "line-color": tone(name), "target-arrow-color": tone(name) } },
    { selector: `.door.${dashed}.${name}`, style: { "line-style": dashes[name] } },
  ]);
  return [
    { selector: "node", style: { width: "data(size)", height: "data(size)", "background-color": tone("ink"), "z-index": 5, "overlay-opacity": 0 } },
    { selector: ".hubs", style: { shape: "round-rectangle", "background-color": tone("soft") } },
    { selector: ".owner", style: { "background-color": tone("home") } },
    { selector: ".recipient", style: { shape: "diamond", "background-color": tone("paper"), "border-color": tone("open"), "border-width": 4, "z-index": 6 } },
    { selector: "edge", style: { "curve-style": "straight", events: "no", width: 1 } },
    { selector: ".door", style: { "target-arrow-shape": "none", opacity: 0.55, "z-index": 3, display: "none" } },
    ...classesOfDoors,
    { selector: ".door.shown", style: { display: "element" } },
    { selector: ".door.faded", style: { opacity: 0.25 } },
    { selector: ".door.walked", style: { display: "element", opacity: 1, "target-arrow-shape": "triangle", "z-index": 8 } },
    { selector: "node.walked", style: { "border-width": 4, "border-color": tone("accent"), "z-index": 9 } },
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
  textureOnViewport: true,
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
  const at = bodies[body];
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
    .selector(".door.walked").style({ width: 3 / zoom, "arrow-scale": 0.6 })
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
    graph.elements(".walked, .current").removeClass("walked current");
    const door = chosen.door === null ? null : doors[chosen.door];
    graph.elements(".door").toggleClass("faded", door !== null);
    door?.walk.forEach((hop, step) => {
      const line = graph.getElementById(`${hop.source}>${hop.target}`);
      line.removeClass("faded").addClass(step === chosen.hop ? "walked current" : "walked");
      line.addClass(tones[door.klass]);
    });
    door?.path.forEach((body) => graph.getElementById(String(body)).addClass("walked"));
  });
}

watch((now, before) => {
  if (now.doors !== before.doors) showDoors();
  showChosen();
});

// The body at a point of the screen: the nearest within reach of a finger, or of a mouse.
function bodyAt(event) {
  if (event.target !== graph && event.target.isNode()) return Number(event.target.id());
  const reach = Math.max(7, 4 * graph.zoom()) / graph.zoom();
  let [nearest, least] = [null, reach ** 2];
  for (const body of bodies) {
    const away = (body.x - event.position.x) ** 2 + (body.y - event.position.y) ** 2;
    if (away < least) [nearest, least] = [body.number, away];
  }
  return nearest;
}

graph.on("tap", (event) => {
  const body = bodyAt(event);
  if (body !== null) filter({ body: chosen.body === body ? null : body });
});
// The map may have moved on the page since it was drawn, which nobody tells the library.
for (const event of ["pointerenter", "pointerdown"]) place.addEventListener(event, () => graph.resize());
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
