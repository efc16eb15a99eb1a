// One door, walked hop by hop: the path card.

const walkPane = byId("walk");

function term(title, ...value) {
  return value.length && value[0] ? [make("dt", {}, title), make("dd", {}, ...value)] : [];
}

function bulleted(lines, className = "") {
  return lines.length ? make("ul", { className }, lines.map((line) => make("li", {}, line))) : null;
}

function cited(citations) {
  return citations.length
    ? make("ul", {}, citations.map(([title, source, status]) =>
        make("li", {}, `${title}. ${source} `, make("span", { className: "status" }, status))))
    : null;
}

function hopCard(hop, place) {
  return make(
    "li", { className: "hop", "aria-current": place === chosen.hop ? "step" : null },
    make("button", { type: "button", onclick: () => chooseHop(place) }, `${place + 1}. ${hop.words}`),
    make(
      "dl", {},
      term("goes wrong", bulleted(hop.wrongs, "wrong") ?? "nothing"),
      term("rules", hop.answer, cited(hop.citations)),
      term("opens if", bulleted(hop.opensIf)),
      term("in the way", hop.guard),
      term("purpose", hop.purpose),
      term("then has", hop.custody),
      term("switch", hop.opener),
      term("closed by", hop.closing),
      term("known from", hop.evidence),
    ),
  );
}

function stepButton(name, sign, isOff, act, key) {
  return make(
    "button",
    { type: "button", disabled: isOff, onclick: act, title: key, "aria-label": name, "data-step": name },
    sign,
  );
}

function turnDoor(step) {
  const place = chosen.doors.indexOf(chosen.door) + step;
  if (place >= 0 && place < chosen.doors.length) chooseDoor(chosen.doors[place]);
}

function showWalk() {
  if (chosen.door === null) {
    walkPane.replaceChildren(make("p", {}, doors.length
      ? "No door passes these filters."
      : "No door was found. That holds for the map as far as it is known, and for walks as long as were searched."));
    return;
  }
  const door = doors[chosen.door];
  const place = chosen.doors.indexOf(chosen.door);
  const focused = document.activeElement?.dataset?.step;
  const last = door.walk.length - 1;
  const steps = [
    make("span", {}, "Hop"),
    stepButton("Previous hop", "‹", chosen.hop === 0, () => chooseHop(chosen.hop - 1), "left arrow"),
    make("span", { role: "status" }, `${chosen.hop + 1} of ${last + 1}`),
    stepButton("Next hop", "›", chosen.hop === last, () => chooseHop(chosen.hop + 1), "right arrow"),
    make("span", { className: "doors" }, "Door"),
    stepButton("Previous door", "‹", place <= 0, () => turnDoor(-1), "page up"),
    make("span", {}, `${place + 1} of ${chosen.doors.length}`),
    stepButton("Next door", "›", place === chosen.doors.length - 1, () => turnDoor(1), "page down"),
  ];
  walkPane.replaceChildren(
    make("h3", {}, `Door ${door.number + 1}: ${door.path.map((body) => bodies[body].name).join(" → ")}`),
    make("p", { className: `class ${tones[door.klass]}` }, longClass[door.klass]),
    make("p", {}, `A ${data.doorNames.find(([name]) => name === door.name)[1].replace(":", " door:")}.`
      + (door.filterOnly ? " Only a keyword filter stands in its way." : "")),
    make("p", { className: "of" },
      `Open since ${door.since || "a day not known"}`
      + (door.volume ? `; at most ${door.volume} records in 90 days` : "") + `; ${data.known}.`),
    make("div", { className: "steps", role: "group", "aria-label": "Walk" }, steps),
    make("ol", {}, door.walk.map(hopCard)),
  );
  const again = steps.find((button) => button.dataset.step === focused);
  if (again) (again.disabled ? walkPane : again).focus({ preventScroll: true });
  const current = walkPane.querySelector("[aria-current=step]");
  if (current && chosen.hop > 0) walkPane.scrollTop = current.offsetTop - walkPane.offsetTop - 60;
  else walkPane.scrollTop = 0;
}

const walkKeys = {
  ArrowRight: () => chooseHop(chosen.hop + 1),
  ArrowLeft: () => chooseHop(chosen.hop - 1),
  PageDown: () => turnDoor(1),
  PageUp: () => turnDoor(-1),
  Home: () => chooseHop(0),
  End: () => chooseHop(Infinity),
};
walkPane.addEventListener("keydown", (event) => {
  const act = walkKeys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

watch((now, before) => {
  if (now.door !== before.door || now.hop !== before.hop || now.doors !== before.doors) showWalk();
});
