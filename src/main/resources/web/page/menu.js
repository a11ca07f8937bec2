/** A `details` that is a menu: it closes when something in it is chosen, with Escape, and when one is elsewhere. */
export function menu(details) {
  const summary = details.querySelector('summary');
  details.addEventListener('click', (event) => {
    if (!summary.contains(event.target)) {
      details.open = false;
    }
  });
  details.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && details.open) {
      details.open = false;
      summary.focus();
    }
  });
  details.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !details.contains(event.relatedTarget)) {
      details.open = false;
    }
  });
  document.addEventListener('click', (event) => {
    if (!details.contains(event.target)) {
      details.open = false;
    }
  });
}
