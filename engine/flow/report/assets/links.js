// The sharing links: drawn on a canvas of their own when the map rests, and moved
// with it as one picture meanwhile, so that any number of them costs a frame nothing.

const lines = byId("lines");
const linksAtOnce = 4000; // drawn in one go before others get their turn
let drawing = 0;

function* wanted() {
  const mode = byId("links").value;
  if (mode === "none") return;
  for (let at = 0; at < data.links.length; at += 3) {
    const [source, target] = [data.links[at], data.links[at + 1]];
    if (mode === "all" || source === chosen.body || target === chosen.body) yield [bodies[source], bodies[target]];
  }
}

function drawLinks() {
  const pen = sized(lines);
  const { x, y } = graph.pan();
  const zoom = graph.zoom();
  isAt(lines);
  drawing += 1;
  const mine = drawing;
  const links = wanted();
  pen.strokeStyle = tone("link");
  pen.lineWidth = 0.6;
  pen.globalAlpha = byId("links").value === "all" ? Math.min(0.3, Math.max(0.03, 500 / data.links.length)) : 0.5;
  const go = () => {
    if (mine !== drawing) return;
    pen.beginPath();
    let left = linksAtOnce;
    let next = links.next();
    for (; !next.done && left; next = links.next(), left -= 1) {
      const [from, to] = next.value;
      pen.moveTo(from.x * zoom + x, from.y * zoom + y);
      pen.lineTo(to.x * zoom + x, to.y * zoom + y);
    }
    pen.stroke();
    if (!next.done) requestAnimationFrame(go);
  };
  go();
}

// What is not drawn yet stays away until the view rests again.
function stopLinks() {
  drawing += 1;
}

byId("links").addEventListener("change", drawLinks);
