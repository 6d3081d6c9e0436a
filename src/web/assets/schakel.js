// What a page can do better with a script. Every page works without it.

// The secret of a link stands behind the #, where no server log sees it: it is put into the form, and the visitor presses Start.
const code = document.querySelector('#enter #code');
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
}
// It goes along into the other language, again where no server log sees it.
const language = document.querySelector('form[action="/language"]');
if (code && language) {
  language.addEventListener('submit', () => language.setAttribute('action', `/language#${encodeURIComponent(code.value)}`));
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
