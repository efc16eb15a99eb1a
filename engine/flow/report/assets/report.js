// The data of the page, what is chosen, and small helpers for the other scripts.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const text = (place) => data.texts[place];
const byId = (id) => document.getElementById(id);

const groups = data.groups.map(([name, column, x, y, radius]) => ({ name, column, x, y, radius }));
const bodies = data.bodies.map(([group, kind, flags, x, y, notes], number) => ({
  number, group, x, y,
  key: data.keys[number], name: data.names[number], kind: text(kind), notes: notes.map(text),
  isOwner: (flags & 1) > 0, isRecipient: (flags & 2) > 0,
}));
const levels = data.levels.map(([level]) => level);
const hops = data.hops.map(([source, target, level, ...rest]) => {
  const [words, answer, opener, closing, guard, custody, purpose, evidence] = rest.map(text);
  const [citations, wrongs, opensIf] = rest.slice(8);
  return {
    source, target, level, words, answer, opener, closing, guard, custody, purpose, evidence,
    citations: citations.map((cited) => cited.map(text)),
    wrongs: wrongs.map(text), opensIf: opensIf.map(text),
  };
});
const doors = data.doors.map(([steps, name, klass, wrongs, filterOnly, since, volume], number) => {
  const walk = steps.map((step) => hops[step]);
  const path = [walk[0].source, ...walk.map((hop) => hop.target)];
  return {
    number, name, klass, wrongs, since, volume, walk, path,
    filterOnly: filterOnly === 1,
    level: Math.max(...walk.map((hop) => levels.indexOf(hop.level))),
    groups: new Set(path.map((body) => bodies[body].group)),
  };
});
const tones = { 0: "open", 1: "one", "2+": "more", L: "lawful" };
const shortClass = Object.fromEntries(data.classes.map(([klass, , short]) => [klass, short]));
const longClass = Object.fromEntries(data.classes.map(([klass, long]) => [klass, long]));
const doorsOf = bodies.map(() => []);
for (const door of doors) for (const body of new Set(door.path)) doorsOf[body].push(door.number);

// What is chosen. Whoever shows some of it watches, and is told of every change.
const chosen = { doors: doors.map((door) => door.number), door: null, hop: 0, body: null };
const watchers = [];

function watch(show) {
  watchers.push(show);
}

function choose(changes) {
  const before = { ...chosen };
  Object.assign(chosen, changes);
  for (const show of watchers) show(chosen, before);
}

function chooseDoor(number) {
  choose({ door: number, hop: 0 });
}

function chooseHop(hop) {
  if (chosen.door === null) return;
  const last = doors[chosen.door].walk.length - 1;
  choose({ hop: Math.min(Math.max(hop, 0), last) });
}

// An element with its properties and children; every text goes in as text.
function make(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made && !key.startsWith("aria")) made[key] = value;
    else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null));
  return made;
}

function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

// A row of buttons that turns pages; `turn` is called with the page to show.
function pager(place, page, pages, turn) {
  place.replaceChildren();
  if (pages < 2) return;
  const step = (label, to) =>
    make("button", { type: "button", disabled: to < 0 || to >= pages, onclick: () => turn(to) }, label);
  place.append(step("Previous", page - 1), make("span", {}, `page ${page + 1} of ${pages}`), step("Next", page + 1));
}
