// The names on the map: as many as fit without lying on each other, those that matter first.

const over = byId("over");
const mostNames = 70;
let named = []; // what is named at rest: a point of the map, its words, how it is written
let hovered = null;

function shortened(name) {
  return name.length > 34 ? `${name.slice(0, 32)}…` : name;
}

function bodyName(number, isBold, isForced) {
  const body = bodies[number];
  return { x: body.x, y: body.y, words: shortened(body.name), font: `${isBold ? "600 " : ""}11.5px`, isForced, lift: 0 };
}

// All that could be named, the most important first.
function candidates(isSeen) {
  const door = chosen.door === null ? null : doors[chosen.door];
  const asked = [
    ...(door ? door.path.map((body) => bodyName(body, true, true)) : []),
    ...(chosen.body === null || door?.path.includes(chosen.body) ? [] : [bodyName(chosen.body, true, true)]),
    ...groups.map((group) => ({
      x: group.x, y: group.y - group.radius, words: group.name,
      font: group.column === "elsewhere" ? "600 11px" : "700 13px", isForced: false, lift: 9, isMiddle: true,
    })),
  ];
  const told = new Set(door?.path ?? []);
  const add = (body) => {
    if (told.has(body.number) || !isSeen(body)) return;
    told.add(body.number);
    asked.push(bodyName(body.number, false, false));
  };
  bodies.filter((body) => groups[body.group].column === "hubs" || body.isRecipient).forEach(add);
  for (const number of chosen.doors.slice(0, 300)) doors[number].path.forEach((body) => add(bodies[body]));
  if (graph.zoom() > 0.9) bodies.forEach(add);
  return asked;
}

function chooseNames() {
  const pen = over.getContext("2d");
  const zoom = graph.zoom();
  const pan = graph.pan();
  const [width, height] = [place.clientWidth, place.clientHeight];
  const taken = [];
  const isSeen = (at) => at.x * zoom + pan.x > 0 && at.x * zoom + pan.x < width && at.y * zoom + pan.y > 0 && at.y * zoom + pan.y < height;
  named = [];
  for (const each of candidates(isSeen)) {
    if (named.length > mostNames) break;
    pen.font = `${each.font} ${fontFamily}`;
    const across = pen.measureText(each.words).width;
    const [x, y] = [each.x * zoom + pan.x, each.y * zoom + pan.y - each.lift];
    if (each.isMiddle && (x < 0 || x > width)) continue;
    const middle = Math.min(Math.max(-across / 2, 3 - x), width - 3 - across - x);
    const tries = each.isMiddle ? [[middle, 0]] : [[9, 0], [-across - 9, 0], ...(each.isForced ? [[middle, -17], [middle, 17]] : [])];
    const free = tries.find((shift) => isFree(boxOf(x, y, across, shift), width, taken));
    const shift = free ?? (each.isForced ? tries.at(-1) : null);
    if (shift === null) continue;
    taken.push(boxOf(x, y, across, shift));
    named.push({ ...each, shift });
  }
}

function boxOf(x, y, across, [right, down]) {
  return [x + right, y + down - 8, x + right + across, y + down + 8];
}

function isFree(box, width, taken) {
  return box[0] >= 0 && box[2] <= width && !taken.some((other) =>
    box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
}

const fontFamily = getComputedStyle(document.body).fontFamily;

function drawNames() {
  const pen = sized(over);
  const zoom = graph.zoom();
  const pan = graph.pan();
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3.5;
  pen.strokeStyle = tone("paper");
  pen.fillStyle = tone("ink");
  const all = hovered === null ? named : [...named, { ...bodyName(hovered, true, true), shift: [9, 0] }];
  for (const each of all) {
    pen.font = `${each.font} ${fontFamily}`;
    const [x, y] = [each.x * zoom + pan.x + each.shift[0], each.y * zoom + pan.y - each.lift + each.shift[1]];
    pen.strokeText(each.words, x, y);
    pen.fillText(each.words, x, y);
  }
  drawSteps(pen, zoom, pan);
  if (chosen.body !== null) drawRing(pen, bodies[chosen.body], zoom, pan);
}

function drawRing(pen, body, zoom, pan) {
  pen.beginPath();
  pen.arc(body.x * zoom + pan.x, body.y * zoom + pan.y, Math.max(7, sizeOf(body) * zoom), 0, 2 * Math.PI);
  pen.strokeStyle = tone("accent");
  pen.lineWidth = 3;
  pen.stroke();
}

// The number of each hop of the door chosen, on its line.
function drawSteps(pen, zoom, pan) {
  if (chosen.door === null) return;
  doors[chosen.door].walk.forEach((hop, step) => {
    const [from, to] = [bodies[hop.source], bodies[hop.target]];
    const [x, y] = [((from.x + to.x) / 2) * zoom + pan.x, ((from.y + to.y) / 2) * zoom + pan.y];
    pen.beginPath();
    pen.arc(x, y, 9, 0, 2 * Math.PI);
    pen.fillStyle = step === chosen.hop ? tone("accent") : tone("soft");
    pen.fill();
    pen.fillStyle = tone("paper");
    pen.font = `700 11px ${fontFamily}`;
    pen.fillText(String(step + 1), x - pen.measureText(String(step + 1)).width / 2, y);
  });
}

function hover(body) {
  if (body === hovered) return;
  hovered = body;
  place.style.cursor = body === null ? "" : "pointer";
  drawNames();
}

graph.on("mousemove", (event) => hover(bodyAt(event)));
place.addEventListener("pointerleave", () => hover(null));
