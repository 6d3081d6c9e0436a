// What a page can do better with a script. Every page works without it.

// The secret of a link stands behind the #, where no server log sees it: it is put into the form, and the visitor presses Start.
const code = document.querySelector('#enter #code');
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
}
