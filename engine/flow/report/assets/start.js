// Brings the parts together once all are there.

let resting = 0;

function rest() {
  keepWidths();
  drawUnder();
  chooseNames();
  drawNames();
  drawLinks();
}

const between = 200; // milliseconds between two drawings of what lies below, while the view moves
let asked = false;
let drawnLast = 0;

// Everything of our own once a frame, however often the view changes within it.
function requestDraw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame((now) => {
    asked = false;
    move(lines);
    if (now - drawnLast > between) {
      drawUnder(true);
      drawnLast = now;
    } else move(under);
    drawNames();
  });
}

graph.on("viewport", () => {
  stopLinks();
  requestDraw();
  clearTimeout(resting);
  resting = setTimeout(rest, 140);
});

watch((now, before) => {
  if (now.body !== before.body && now.body !== null && byId("links").value === "none") byId("links").value = "body";
  if (now.body === null && byId("links").value === "body") byId("links").value = "none";
  clearTimeout(resting);
  resting = setTimeout(rest, 0);
});

// Paper has another width than the screen: the map is printed as the picture that it is now.
function picture() {
  const printed = byId("printed");
  printed.width = under.width;
  printed.height = under.height;
  const pen = printed.getContext("2d");
  pen.fillStyle = tone("paper");
  pen.fillRect(0, 0, printed.width, printed.height);
  for (const layer of place.querySelectorAll("canvas")) pen.drawImage(layer, 0, 0, printed.width, printed.height);
}

addEventListener("beforeprint", picture);

function fillLegend() {
  const item = (mark, words) => make("li", {}, mark, words);
  const dot = (name) => make("span", { className: `dot ${name}`, "aria-hidden": "true" });
  byId("legend").replaceChildren(
    item(dot("owner"), "owner"), item(dot(""), "other body"), item(dot("hub"), "network or vendor"),
    item(dot("recipient"), "recipient"),
    ...data.classes.map(([klass, , short]) =>
      item(make("span", { className: `swatch ${tones[klass]}`, "aria-hidden": "true" }), `door: ${short}`)),
  );
}

new ResizeObserver(() => {
  if (!place.clientWidth) return; // hidden while the page is printed
  graph.resize();
  fit();
  rest();
}).observe(place);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  graph.style(look());
  widthsAt = 0;
  rest();
});
fillLegend();
if (matchMedia("(max-width: 42rem)").matches) document.querySelector(".more-filters").open = false;
fit();
filter();
document.documentElement.dataset.ready = "yes";
