// The little that pages do by themselves. Everything works without it.
(() => {
  // A page is the same for everybody; the visitor's own part of it comes after, also when somebody goes back to it.
  addEventListener("pageshow", async () => {
    const part = document.querySelector("[data-me]");
    if (!part) return;
    const answer = await fetch(part.dataset.me, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return;
    const own = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (own) document.getElementById(part.id).replaceWith(own);
  });

  // htmx comes at the first sign that somebody uses the page: reading alone does not need it. It is told
  // again what was typed or chosen until then.
  const { nonce, dataset } = document.currentScript;
  const signs = ["pointermove", "pointerdown", "keydown", "focusin", "scroll", "input", "change"];
  let asked, missed;
  const wake = (event) => {
    if (event.type === "input" || event.type === "change") missed = event;
    if (asked) return;
    asked = Object.assign(document.createElement("script"), { src: dataset.htmx, nonce });
    asked.addEventListener("load", () => setTimeout(() => {
      for (const sign of signs) removeEventListener(sign, wake, true);
      missed?.target.dispatchEvent(new Event(missed.type, { bubbles: true }));
    }));
    document.head.append(asked);
  };
  if (dataset.htmx) for (const sign of signs) addEventListener(sign, wake, { capture: true, passive: true });

  // A countdown beside each cut-off: <time data-until datetime="…">.
  const words = (ms) => {
    const minutes = Math.floor(ms / 60000), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
    if (days > 1) return `${days} days ${hours % 24} h`;
    if (hours > 0) return `${hours} h ${minutes % 60} min`;
    return `${minutes} min`;
  };
  const count = () => {
    for (const at of document.querySelectorAll("[data-until]")) {
      const left = Date.parse(at.dataset.until) - Date.now();
      at.textContent = left > 0 ? `${words(left)} left` : "closed";
    }
  };
  count();
  setInterval(count, 20000);

  // A form is sent once: the button that sent it rests until the page comes back.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });

  // What was left empty stays out of the address of a list.
  addEventListener("htmx:config:request", (event) => {
    const { method, body } = event.detail.ctx.request;
    if (method !== "GET" || !body?.entries) return;
    for (const [name, value] of [...body.entries()]) if (value === "") body.delete(name);
  });

  addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });

  // What was found while typing goes away by Escape, and when the focus leaves.
  const close = () => document.getElementById("found")?.replaceChildren();
  addEventListener("keydown", (event) => event.key === "Escape" && close());
  addEventListener("focusin", (event) => event.target.closest(".seek") || close());
  addEventListener("click", (event) => event.target.closest(".seek") || close());
})();
