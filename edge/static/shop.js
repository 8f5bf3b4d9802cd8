// The little that pages do by themselves. Everything works without it.
(() => {
  const { nonce, dataset } = document.currentScript;

  // A page is the same for everybody; the visitor's own part of it comes after, also when somebody goes back to it.
  // What came in between, because something went into the basket, is newer.
  const mine = async (me) => {
    if (!me) return;
    const before = me.innerHTML;
    const answer = await fetch("/me", { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return;
    const own = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("me");
    if (own && me.innerHTML === before) me.replaceWith(own);
    amounts();
  };
  addEventListener("pageshow", ({ persisted }) => mine(document.querySelector(persisted ? "#me" : "#me[data-later]")));

  // How much of a card's thing is in the basket stands between its minus and its plus.
  const amounts = () => {
    const lines = document.getElementById("me")?.dataset.lines ?? "", own = new Map(lines.split(";").map((line) => line.split("=")));
    for (const form of document.querySelectorAll(".add")) {
      const has = own.get(form.elements.variant_id.value);
      form.classList.toggle("has", has !== undefined);
      form.querySelector("output").textContent = has ?? "";
    }
  };
  addEventListener("htmx:after:swap", amounts);

  // What goes into the basket says so at once, and then that it is there, or that no answer came.
  const { adding, added, failed } = document.body.dataset;
  const say = (text, look) => Object.assign(document.getElementById("said"), { textContent: text, className: look });
  const label = (form, text) => {
    const button = form.querySelector(".buy button");
    if (!button) return;
    button.dataset.says ??= button.firstChild.data;
    button.style.minWidth ||= `${button.offsetWidth}px`;
    button.firstChild.data = text ?? button.dataset.says;
  };
  const goes = (form) => form.getAttribute("action") === "/cart/lines";
  addEventListener("submit", ({ target }) => {
    if (!dataset.htmx || !goes(target)) return;
    target.setAttribute("aria-busy", "true");
    label(target, adding);
    say(adding, "vh");
  }, true);
  addEventListener("htmx:finally:request", ({ target, detail: { ctx } }) => {
    if (!goes(target)) return;
    target.removeAttribute("aria-busy");
    label(target, ctx.response?.status === 200 ? added : undefined);
    if (document.getElementById("said").textContent !== adding) return; // the answer says what came of it
    say(failed, "toast");
    mine(document.getElementById("me"));
  });
  addEventListener("input", ({ target }) => target.form && goes(target.form) && label(target.form));
  addEventListener("pointerdown", () => document.getElementById("said").className === "toast" && say("", "vh"));

  // htmx comes at the first sign that somebody uses the page: reading alone does not need it. What was typed, chosen
  // or sent until then waits for it; should it not come, forms are sent without it.
  const signs = ["pointermove", "pointerdown", "keydown", "focusin", "scroll", "click", "input", "change", "submit"];
  const sent = [];
  let asked, missed, clicked;
  const wake = (event) => {
    if (event.type === "submit" && event.target.matches("[hx-post]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const same = sent.findIndex(({ target }) => target === event.target && !target.matches(".add"));
      sent.splice(same < 0 ? sent.length : same, 1, event);
    } else if (event.type === "click" && event.target.matches("a[hx-get]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      clicked = event.target;
    } else if (event.type === "input" || event.type === "change") missed = event;
    if (asked) return;
    asked = Object.assign(document.createElement("script"), { src: dataset.htmx, nonce });
    for (const outcome of ["load", "error"]) asked.addEventListener(outcome, () => setTimeout(awake));
    document.head.append(asked);
  };
  const awake = () => {
    for (const sign of signs) removeEventListener(sign, wake, true);
    for (const { target, submitter } of sent) target.requestSubmit(submitter);
    clicked?.click();
    if (!sent.length) missed?.target.dispatchEvent(new Event(missed.type, { bubbles: true }));
  };
  if (dataset.htmx) for (const sign of signs) addEventListener(sign, wake, true);

  // Of a desk's tabs the one of this page is in view, also where there is no room for all.
  const tabs = document.querySelector(".tabs"), tab = tabs?.querySelector("[aria-current]");
  if (tab) tabs.scrollLeft = tab.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;

  // A countdown beside each cut-off: <time data-until datetime="…">.
  const words = (ms, units) => {
    const [d, h, min] = units.split(", ");
    const minutes = Math.floor(ms / 60000), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
    if (days > 1) return `${days} ${d} ${hours % 24} ${h}`;
    if (hours > 0) return `${hours} ${h} ${minutes % 60} ${min}`;
    return `${minutes} ${min}`;
  };
  const count = () => {
    for (const at of document.querySelectorAll("[data-until]")) {
      const { until, left, over, units } = at.dataset, ms = Date.parse(until) - Date.now();
      at.textContent = ms > 0 ? left.replace("{time}", words(ms, units)) : over;
    }
  };
  count();
  setInterval(count, 20000);

  // Who waits in line asks again after a while, and at once when they come back to the page. When it is their turn
  // the page goes on by itself.
  let asking;
  const line = () => {
    const here = document.getElementById("waiting");
    clearTimeout(asking);
    if (here) asking = setTimeout(ask, here.dataset.again * 1000);
  };
  const ask = async () => {
    clearTimeout(asking);
    const answer = await fetch("/checkout/waiting", { headers: { "HX-Request": "true" } }).catch(() => null);
    const text = answer?.ok ? await answer.text().catch(() => "") : "";
    const page = new DOMParser().parseFromString(text, "text/html"), news = page.getElementById("waiting");
    if (answer && answer.status < 429 && !news) return location.reload();
    const here = document.getElementById("waiting");
    if (news) {
      here.dataset.again = news.dataset.again;
      document.title = page.title;
      if (here.innerHTML !== news.innerHTML) here.replaceChildren(...news.childNodes);
    }
    line();
  };
  line();
  if (asking) addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());

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
      label(form);
    }
  });

  // Where what is chosen is shown at once, the button of the sheet only closes it.
  addEventListener("click", (event) => {
    const sheet = event.target.closest("#show")?.parentElement;
    if (!sheet || !window.htmx) return;
    event.preventDefault();
    sheet.open = false;
    document.getElementById("list").scrollIntoView();
  });

  // A time of the other kind is not chosen any more.
  addEventListener("change", ({ target }) => {
    if (target.name === "way") for (const slot of document.querySelectorAll("[name=window_id]:checked")) slot.checked = slot.checkVisibility();
  }, true);

  // What was left empty stays out of the address of a list.
  addEventListener("htmx:config:request", (event) => {
    const { method, body } = event.detail.ctx.request;
    if (method !== "GET" || !body?.entries) return;
    for (const [name, value] of [...body.entries()]) if (value === "") body.delete(name);
  });

  addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });

  // A usual weight goes into the field, and beside it stands what the field's weight comes to.
  addEventListener("click", (event) => {
    const usual = event.target.closest("[name=take]"), field = usual?.form.elements.quantity;
    if (!field) return;
    event.preventDefault();
    field.value = usual.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  addEventListener("input", ({ target }) => {
    const comes = target.name === "quantity" && target.form?.querySelector("[data-price]");
    if (!comes) return;
    const { price, currency, grams } = comes.dataset, weight = Math.floor(Math.round(target.value * 1000) * grams / 1e9);
    const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
    const fits = weight > 0 && Number(target.value) <= Number(target.max);
    comes.textContent = fits ? money.format(Math.round(price * weight / 1000) / 10 ** money.resolvedOptions().maximumFractionDigits) : "";
  });

  // What was found while typing, and the sizes of a card, go away by Escape, and when the focus leaves.
  const close = (target) => {
    if (!target?.closest(".seek")) document.getElementById("found")?.replaceChildren();
    for (const sizes of document.querySelectorAll(".sizes[open]")) if (!sizes.contains(target)) sizes.open = false;
    if (!target) document.querySelector(".facets")?.removeAttribute("open");
  };
  addEventListener("keydown", (event) => event.key === "Escape" && close());
  addEventListener("focusin", (event) => close(event.target));
  addEventListener("click", (event) => close(event.target));

  // The search field is a combobox: arrow keys go through what was found while typing, and Enter opens it.
  const field = document.getElementById("q"), found = document.getElementById("found");
  if (field && found) {
    let at = -1, kept;
    const hits = () => found.querySelectorAll("a");
    const choose = (to) => {
      at = to < -1 ? hits().length - 1 : to < hits().length ? to : -1;
      kept = hits()[at]?.href;
      field.removeAttribute("aria-activedescendant");
      for (const [i, hit] of hits().entries()) {
        hit.setAttribute("aria-selected", i === at);
        if (i !== at) continue;
        field.setAttribute("aria-activedescendant", hit.id);
        hit.scrollIntoView({ block: "nearest" });
      }
    };
    // What comes while one chooses keeps what is chosen; what is typed does not.
    new MutationObserver(() => {
      field.setAttribute("aria-expanded", hits().length > 0);
      choose([...hits()].findIndex((hit) => hit.href === kept));
    }).observe(found, { childList: true });
    field.addEventListener("input", () => choose(-1));
    field.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.isComposing || !hits().length) return;
      if (step) choose(at + step);
      else if (event.key === "Escape") found.replaceChildren();
      else return;
      event.preventDefault();
    });
    field.form.addEventListener("submit", (event) => {
      if (at < 0 || document.activeElement !== field) return;
      event.preventDefault();
      hits()[at].click();
    });
  }
})();
