// Pages of questions: what is filled in is saved while it is being filled in. Without this script the buttons save it.

const form = document.querySelector('#answers');
const line = document.querySelector('#saving');
const panel = document.querySelector('#conflict');
const seen = form.querySelector('input[name=seen]');

// In milliseconds: how long after a tick and after a letter a page is sent, at the latest after the first of them, and
// the longest pause between two attempts without a connection.
const TICK = 250, LETTER = 700, LATEST = 1400, LONGEST = 30000;

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const isOf = (item) => ([name]) => name === item || name.startsWith(item + '.');
const filled = () => [...new FormData(form)].filter(([name, value]) => name !== 'seen' && value !== '').sort();

let known = [filled()]; // What the server has as its last word, then what was sent since and may have arrived.
let faults = {};
let timer = 0, since = 0, pause = 0;
let busy = false; // One request is under way; there is never a second.
let choices = 0; // Answers of which someone has to choose one.
let button = null; // Pressed before all was saved: followed as soon as it is.
let leaving = false;

const unsaved = () => !same(filled(), known[0]);

function say(state, text) {
  line.dataset.state = state;
  if (line.textContent !== text) line.textContent = text;
}

function later(wait) {
  clearTimeout(timer);
  since ||= Date.now();
  timer = setTimeout(save, Math.max(0, Math.min(wait, since + LATEST - Date.now())));
}

async function save() {
  clearTimeout(timer);
  if (busy || choices) return;
  since = 0;
  if (!unsaved()) return goOn();
  busy = true;
  const sent = filled();
  const body = new URLSearchParams([...sent, ['seen', seen.value], ['go', 'save']]).toString();
  let answer = null, told = null;
  try {
    answer = await fetch(form.getAttribute('action'), {
      method: 'POST',
      headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' },
      body,
      keepalive: body.length < 60000,
      signal: AbortSignal.timeout(20000),
    });
    told = await answer.json();
  } catch { /* No connection, or something in between that is not our server. */ }
  busy = false;
  if (!told || answer.status >= 500) return tryAgain(sent);
  pause = 0;
  if (told.conflict) return settle(told);
  if (!answer.ok) {
    button = null;
    return say('refused', told.message);
  }
  known = [sent];
  seen.value = told.seen;
  faults = told.faults;
  showFaults();
  if (Object.keys(faults).length) say('refused', line.dataset.partly);
  else say('saved', line.dataset.saved.replace('{at}', told.saved_at));
  if (unsaved()) later(TICK); else goOn();
}

function tryAgain(sent) {
  known.push(sent);
  say('refused', button ? line.dataset.waiting : line.dataset.offline);
  pause = Math.min(2 * pause || 2000, LONGEST);
  timer = setTimeout(save, pause);
}

function goOn() {
  if (!button) return;
  leaving = true;
  form.requestSubmit(button);
}

// Beside each question what is wrong with its answer; not while it is still being typed.
function showFaults() {
  for (const fault of form.querySelectorAll('p.fault')) {
    const item = fault.id.slice(0, -'-fault'.length);
    const field = document.getElementById(item);
    if (field === document.activeElement && faults[item]) continue;
    fault.hidden = !faults[item];
    fault.textContent = faults[item] ?? '';
    if (field?.name) field.setAttribute('aria-invalid', Boolean(faults[item]));
  }
}

// The page was changed elsewhere. What only one of the two changed is as it was changed; the rest is asked.
function settle(told) {
  const mine = filled();
  let theirs = mine;
  const open = told.conflict.filter(({ item, fields }) => {
    const of = (answers) => answers.filter(isOf(item)).sort();
    theirs = [...theirs.filter((field) => !isOf(item)(field)), ...fields];
    if (known.some((had) => same(of(had), of(fields)))) return false;
    if (!same(of(known[0]), of(mine))) return true;
    fill(item, fields);
    return false;
  });
  seen.value = told.seen;
  known = [theirs.sort()];
  choices = open.length;
  if (!choices) return later(0);
  button = null;
  say('refused', line.dataset.asking);
  for (const block of panel.querySelectorAll('div')) block.remove();
  panel.append(...open.map(choice));
  panel.hidden = false;
  panel.focus();
}

function choice({ item, text, yours, stored, fields }) {
  const block = document.createElement('div');
  const add = (kind, words) => Object.assign(block.appendChild(document.createElement(kind)), { textContent: words });
  add('h3', text);
  add('p', `${panel.dataset.yours} ${yours}`);
  add('p', `${panel.dataset.stored} ${stored}`);
  for (const kind of ['keep', 'take']) {
    const choose = Object.assign(add('button', panel.dataset[kind]), { type: 'button', className: 'second' });
    choose.setAttribute('aria-label', `${panel.dataset[kind]}: ${text}`);
    choose.addEventListener('click', () => {
      if (kind === 'take') fill(item, fields);
      block.remove();
      choices -= 1;
      panel.hidden = !choices;
      if (choices) return panel.focus();
      document.getElementById(item)?.focus();
      say('saved', '');
      save();
    });
  }
  return block;
}

// Puts an answer into the form.
function fill(item, fields) {
  const left = new Map();
  for (const field of form.elements) {
    if (!isOf(item)([field.name])) continue;
    if (!left.has(field.name)) left.set(field.name, fields.filter(([name]) => name === field.name).map(([, value]) => value));
    const values = left.get(field.name);
    if (field.type === 'radio') field.checked = values.length ? values.includes(field.value) : field.value === '';
    else if (field.type === 'checkbox') field.checked = values.includes(field.value);
    else field.value = values.shift() ?? '';
  }
}

form.addEventListener('input', ({ target }) => {
  if (!target.name) return;
  button = null;
  // Naming someone takes "with nobody" back. The other way round nothing is taken away: the page says what is wrong.
  const names = target.closest('.names, .missing');
  const nobody = names && form.elements[`${target.name.split('.')[0]}.nobody`];
  if (nobody && target.value && (target.checked ?? true)) nobody.checked = false;
  later(['checkbox', 'radio', 'select-one'].includes(target.type) ? TICK : LETTER);
});
form.addEventListener('focusout', () => { if (Object.keys(faults).length) setTimeout(showFaults); });

form.addEventListener('submit', (event) => {
  if (leaving) return;
  if (!choices && !busy && !unsaved() && navigator.onLine) {
    leaving = true;
    return;
  }
  event.preventDefault();
  if (choices) return panel.focus();
  button = event.submitter;
  save();
});

addEventListener('online', save);
addEventListener('focus', () => { if (unsaved()) save(); });
addEventListener('pageshow', () => { leaving = false; });
addEventListener('visibilitychange', () => { if (document.hidden && unsaved()) save(); });
addEventListener('beforeunload', (event) => { if (!leaving && unsaved()) event.preventDefault(); });

// A long list of colleagues can be searched, whatever the accents. Who is named stays in sight.
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
for (const find of form.querySelectorAll('.find')) {
  const groups = [...find.closest('.roster').querySelectorAll('.group')].map((group) => [
    group,
    [...group.querySelectorAll('li')].map((row) => [row, plain(row.querySelector('legend, label').textContent)]),
  ]);
  const [field, told] = [find.querySelector('input'), find.querySelector('[role=status]')];
  find.hidden = false;
  field.addEventListener('input', () => {
    const wanted = plain(field.value);
    let found = 0;
    for (const [group, rows] of groups) {
      let shown = 0;
      for (const [row, text] of rows) {
        const hit = text.includes(wanted);
        found += hit;
        row.hidden = !hit && !row.querySelector('input:checked:not([value=""]), option:checked:not([value=""])');
        shown += !row.hidden;
      }
      group.hidden = !shown;
    }
    told.textContent = wanted ? `${told.dataset.found} ${found}` : '';
  });
  // Enter in the search field must not send the page.
  field.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
}
