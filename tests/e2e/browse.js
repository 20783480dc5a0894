/* browse.js: what browse.py measures inside of a page. Each function returns complaints. */
"use strict";

/* Seen at all: not folded away, and not for screen readers alone. */
function visible(element) {
    return element.checkVisibility() && getComputedStyle(element).clipPath === "none";
}

function unfold() {
    for (const details of document.querySelectorAll("details")) details.open = true;
    return [];
}

/* All lines of text that are seen: the text, its element, its box. */
function lines() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!node.data.trim() || element.closest("script, title, desc") || !visible(element))
            continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects())
            if (box.width > 0 && box.height > 0)
                found.push({ text: node.data.trim(), element, box, node });
    }
    return found;
}

function overlaps() {
    const all = lines().sort((a, b) => a.box.top - b.box.top);
    const bad = [];
    all.forEach((a, i) => {
        for (let k = i + 1; k < all.length && all[k].box.top < a.box.bottom - 3; k++) {
            const b = all[k];
            const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
            const down = Math.min(a.box.bottom, b.box.bottom) - b.box.top;
            if (across > 1 && down > 3 && a.node !== b.node)
                bad.push(`"${a.text}" and "${b.text}" overlap`);
        }
    });
    return bad;
}

function cuts() {
    const root = document.documentElement;
    const bad = [];
    if (root.scrollWidth > root.clientWidth)
        bad.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
    for (const line of lines()) {
        const svg = line.element.closest("svg");
        const box = svg ? svg.getBoundingClientRect() : root.getBoundingClientRect();
        if (line.box.left < box.left - 1 || line.box.right > box.right + 1)
            bad.push(`"${line.text}" is cut`);
    }
    for (const element of document.querySelectorAll("body, body *")) {
        if (visible(element) && element.scrollWidth > element.clientWidth + 1 &&
            getComputedStyle(element).overflowX !== "visible" && element.clientWidth > 1)
            bad.push(`${element.tagName}: "${element.textContent.slice(0, 40)}" does not fit`);
    }
    return bad;
}

/* Relative luminance and contrast: WCAG 2.2, section "Definitions". */
function luminance([r, g, b]) {
    const linear = (c) => c / 255 <= 0.04045 ? c / 255 / 12.92
        : ((c / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function channels(color) {
    const numbers = color.match(/[\d.]+/g).map(Number);
    return numbers.length === 4 && numbers[3] === 0 ? null : numbers.slice(0, 3);
}

function groundOf(element) {
    for (let at = element; at; at = at.parentElement) {
        const ground = channels(getComputedStyle(at).backgroundColor);
        if (ground) return ground;
    }
    return [255, 255, 255];
}

function contrasts() {
    const bad = new Set();
    for (const { element, text } of lines()) {
        const style = getComputedStyle(element);
        const ink = channels(element.closest("svg") ? style.fill : style.color);
        const [dark, light] = [luminance(ink), luminance(groundOf(element))].sort((a, b) => a - b);
        const ratio = (light + 0.05) / (dark + 0.05);
        if (ratio < 4.5) bad.add(`"${text}" has a contrast of ${ratio.toFixed(1)}`);
    }
    return Array.from(bad);
}

/* Rows of tables that are there and not seen. */
function hiddenTables() {
    return Array.from(document.querySelectorAll("table"))
        .filter((table) => !(table.getBoundingClientRect().height > 0))
        .map((table) => `the table "${table.caption.textContent}" is not seen`);
}

function plots() {
    const wanted = Array.from(document.querySelectorAll("table[data-plot]"))
        .filter((table) => table.querySelector("td[data-value]"));
    return wanted.filter((table) => !table.closest("figure").querySelector("svg g.axis"))
        .map((table) => `the table "${table.caption.textContent}" has no plot`);
}
