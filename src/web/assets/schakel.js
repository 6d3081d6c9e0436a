// What a page can do better with a script. Every page works without it.

// The secret of a link stands behind the #, where no server log sees it: it is put into the form, and the visitor presses Start.
const code = document.querySelector('#enter #code');
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
}

// A long list of colleagues can be searched. Names that are ticked stay in sight.
for (const find of document.querySelectorAll('[data-find]')) {
  const names = [...find.parentElement.querySelectorAll('.names li')];
  if (names.length < 12) continue;
  find.hidden = false;
  const field = find.querySelector('input');
  field.addEventListener('input', () => {
    const wanted = field.value.trim().toLowerCase();
    for (const name of names) {
      name.hidden = !name.textContent.toLowerCase().includes(wanted) && !name.querySelector(':checked:not(option)');
    }
  });
  // Enter in the search field must not send the page.
  field.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
}

// "With nobody" and names exclude each other: ticking one takes the other back.
for (const roster of document.querySelectorAll('fieldset.roster')) {
  const nobody = roster.querySelector('.nobody input');
  roster.addEventListener('change', (event) => {
    const ticked = roster.querySelectorAll('.names input:checked');
    if (event.target === nobody && nobody.checked) for (const tick of ticked) tick.checked = false;
    else if (event.target !== nobody && ticked.length) nobody.checked = false;
  });
}

// A board that is kept up to date while someone looks at it; in a tab that nobody sees it rests.
for (const board of document.querySelectorAll('[data-live]')) {
  const renew = async () => {
    if (document.hidden || board.contains(document.activeElement)) return;
    try {
      const answer = await fetch(board.dataset.live);
      if (answer.ok && !answer.redirected) board.innerHTML = await answer.text();
    } catch { /* The next round comes soon, and the time of the last one stands above the table. */ }
  };
  setInterval(renew, 15000);
  document.addEventListener('visibilitychange', renew);
}
