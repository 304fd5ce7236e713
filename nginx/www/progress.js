/* progress.js - a page that waits for something looks again by itself. Without it 看进度 does the same. */
(function () {
  'use strict';
  var box = document.querySelector('[data-reload]');
  if (box) window.setTimeout(function () { window.location.reload(); }, 1000 * parseInt(box.getAttribute('data-reload'), 10));
}());
