// The live board: one tab of a browser holds the stream and passes it on to the others.
"use strict";

(() => {
  const board = document.querySelector("[data-stream]");
  const places = { figures: "board-figures", course: "board-course" };
  const silent = document.getElementById("board-silent");
  const pause = document.getElementById("board-pause");
  const full = document.getElementById("board-full");
  const channel = new BroadcastChannel(`board ${board.dataset.stream}`);
  let paused = false;
  let heard = Date.now();

  const show = ({ name, html }) => {
    heard = Date.now();
    silent.hidden = true;
    // Words of our own server, which has escaped what others wrote.
    if (!paused) document.getElementById(places[name]).innerHTML = html;
  };
  const open = () => {
    const stream = new EventSource(board.dataset.stream);
    for (const name of Object.keys(places)) {
      stream.addEventListener(name, (event) => {
        const told = { name, html: event.data };
        show(told);
        channel.postMessage(told);
      });
    }
    stream.addEventListener("error", () => {
      // Refused for good: a membership ended, or too many are open. Ask again, slowly.
      if (stream.readyState === EventSource.CLOSED) setTimeout(open, 30000);
    });
    return stream;
  };

  channel.addEventListener("message", (event) => show(event.data));
  if (navigator.locks) {
    navigator.locks.request(`board ${board.dataset.stream}`, () => new Promise(open));
  } else {
    open();
  }
  setInterval(() => { silent.hidden = paused || Date.now() - heard < 5000; }, 1000);

  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
  });
  if (document.fullscreenEnabled) {
    full.hidden = false;
    full.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen();
    });
  }
})();
