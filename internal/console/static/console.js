// SPDX-License-Identifier: Apache-2.0
// The key / goes to the search box, as on other consoles.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || typing) return;
  event.preventDefault();
  document.getElementById("search").focus();
});
// Where the navigation is wider than the window, the entry of the page is in sight. To scroll it into view would let the first key Tab begin
// there, behind the link that skips to the content.
addEventListener("DOMContentLoaded", () => {
  const current = document.querySelector(".tabs [aria-current]");
  if (current) current.parentElement.scrollLeft = current.offsetLeft - (current.parentElement.clientWidth - current.offsetWidth) / 2;
});
