// What lies below the doors: the discs of the groups, the bundles between them and a dot for every
// body that no door passes. While the view moves, the picture is moved with it; it is drawn anew a few
// times a second and when the view rests.

const under = byId("under");

function sized(canvas) {
  const scale = devicePixelRatio || 1;
  const [width, height] = [place.clientWidth, place.clientHeight];
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

// A canvas shows the view of now; it is moved with the view until it is drawn again.
function isAt(canvas) {
  canvas.shows = { ...graph.pan(), zoom: graph.zoom() };
  canvas.style.transform = "none";
}

function move(canvas) {
  if (!canvas.shows) return;
  const { x: atX, y: atY, zoom } = canvas.shows;
  const scale = graph.zoom() / zoom;
  const { x, y } = graph.pan();
  canvas.style.transform = `translate(${x - atX * scale}px, ${y - atY * scale}px) scale(${scale})`;
}

// How many links run between each two groups, where one of them is home, hubs or federal.
function bundled() {
  const counts = new Map();
  for (let at = 0; at < data.links.length; at += 3) {
    const [from, to] = [bodies[data.links[at]].group, bodies[data.links[at + 1]].group];
    if (from === to || [from, to].every((group) => groups[group].column === "elsewhere")) continue;
    const id = Math.min(from, to) * groups.length + Math.max(from, to);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts].map(([id, count]) => ({
    from: groups[Math.floor(id / groups.length)], to: groups[id % groups.length], width: 1 + Math.log2(count) / 1.5,
  }));
}

const bundles = bundled();
const dots = bodies.filter((body) => !doorsOf[body.number].length);

function drawUnder(isQuick = false) {
  const pen = sized(under);
  isAt(under);
  const zoom = graph.zoom();
  const pan = graph.pan();
  const [x, y] = [(at) => at.x * zoom + pan.x, (at) => at.y * zoom + pan.y];
  pen.strokeStyle = tone("bundle");
  pen.globalAlpha = 0.3;
  for (const { from, to, width } of bundles) {
    pen.beginPath();
    pen.lineWidth = width;
    pen.moveTo(x(from), y(from));
    pen.lineTo(x(to), y(to));
    pen.stroke();
  }
  pen.globalAlpha = 1;
  pen.fillStyle = tone("disc");
  pen.strokeStyle = tone("line");
  pen.lineWidth = 1;
  for (const group of groups) {
    pen.beginPath();
    pen.arc(x(group), y(group), group.radius * zoom, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }
  for (const isOwner of [false, true]) {
    pen.fillStyle = tone(isOwner ? "home" : "node");
    pen.beginPath();
    for (const body of dots) {
      if (body.isOwner !== isOwner) continue;
      const [left, top, half] = [x(body), y(body), Math.max(sizeOf(body) * zoom / 2, 0.7)];
      if (left < -half || top < -half || left > place.clientWidth + half || top > place.clientHeight + half) continue;
      if (half < (isQuick ? 4 : 1.1) || groups[body.group].column === "hubs") pen.rect(left - half, top - half, 2 * half, 2 * half);
      else {
        pen.moveTo(left + half, top);
        pen.arc(left, top, half, 0, 2 * Math.PI);
      }
    }
    pen.fill();
  }
}
