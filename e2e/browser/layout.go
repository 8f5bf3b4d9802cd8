package browser

// misfits looks for what sticks out of the page sideways, for text that is cut off, and for a figure that is
// parted from its unit by the end of a line. What scrolls by itself, or is for screen readers only, may.
const misfits = `(() => {
	const name = e => e.outerHTML.slice(0, 120).replace(/\s+/g, " ");
	const scrolls = e => ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
	const held = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) if (scrolls(p)) return true; return false; };
	const parted = e => {
		if (e.children.length || !/^[\d.,]+\s\S{1,3}( \([\d.,]+\s\S{1,3}\))?$/.test(e.textContent.trim())) return false;
		const range = document.createRange();
		range.selectNodeContents(e);
		return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1;
	};
	const found = [], wide = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth > wide) found.push("the page is " + document.documentElement.scrollWidth + " wide, the screen " + wide);
	for (const e of document.body.querySelectorAll("*")) {
		const style = getComputedStyle(e), box = e.getBoundingClientRect();
		const unseen = style.clipPath !== "none" || style.clip !== "auto" || box.width <= 1 || box.height <= 1;
		if (unseen || !e.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
		const clipped = e.ownerSVGElement && getComputedStyle(e.ownerSVGElement).overflowX === "hidden";
		if (box.right > wide + 1 && !clipped && box.left < wide && !held(e)) found.push("it sticks out to " + Math.round(box.right) + " of " + wide + ": " + name(e));
		if (parted(e)) found.push("a figure is parted from its unit: " + name(e));
		const cuts = style.overflowX !== "visible" && !scrolls(e) && e.scrollWidth > e.clientWidth + 1 ||
			["hidden", "clip"].includes(style.overflowY) && e.scrollHeight > e.clientHeight + 1;
		if (cuts && e.innerText?.trim() && !e.matches("input, select, textarea, svg, svg *, img")) found.push("its text is cut: " + name(e));
	}
	return found.slice(0, 10);
})()`

// Misfits tells what does not fit the width of the screen.
func (t *Tab) Misfits() ([]string, error) { return Ask[[]string](t, misfits) }

// Shifts are the jumps of the page since it began to load: of each how much, and what moved from where to
// where.
func (t *Tab) Shifts() ([]string, error) {
	return Ask[[]string](t, `new Promise(done => {
		const all = [], at = r => [r.x, r.y, r.width, r.height].map(Math.round).join(" ");
		const add = list => list.filter(e => !e.hadRecentInput).forEach(e => all.push(e.value.toFixed(5) + ": " + e.sources.map(s =>
			(s.node?.outerHTML ?? s.node?.data ?? "").slice(0, 90) + " from " + at(s.previousRect) + " to " + at(s.currentRect)).join(", ")));
		const observer = new PerformanceObserver(list => add(list.getEntries()));
		observer.observe({type: "layout-shift", buffered: true});
		const frames = n => n ? requestAnimationFrame(() => frames(n - 1)) : (add(observer.takeRecords()), done(all));
		document.fonts.ready.then(() => frames(3));
	})`)
}

// Blocking lists the scripts that hold up the page.
func (t *Tab) Blocking() ([]string, error) {
	return Ask[[]string](t, `[...document.querySelectorAll("script")].filter(s =>
		["", "text/javascript"].includes(s.type) && !(s.src && (s.defer || s.async))).map(s => s.outerHTML.slice(0, 120))`)
}
