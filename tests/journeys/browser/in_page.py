"""What is carried out inside a page that somebody sees."""

from __future__ import annotations

WRITE = """pairs => pairs.map(([name, value]) => {
    const named = [...document.querySelectorAll(`main [name="${name}"]`)];
    const ticked = named.length > 0 && ["radio", "checkbox"].includes(named[0].type);
    const field = ticked ? named.find(one => one.value === value) : named[0];
    if (!field || field.disabled || !field.getClientRects().length) return false;
    if (field.options && ![...field.options].some(one => one.value === value)) return false;
    if (ticked) field.checked = true; else field.value = value;
    return true;
})"""
"""Writes into fields that somebody would see; says of each whether it was there."""

BUILD = """() => {
    const all = [...document.querySelectorAll("html, body *")];
    const leads = (one, name) => one.hasAttribute(name) && Boolean(document.getElementById(one.getAttribute(name)));
    const kind = one => [
        one.parentElement?.tagName, one.tagName, one.type, one.className, one.getAttribute("role"),
        one.getAttributeNames(), ["for", "aria-labelledby", "aria-describedby"].map(name => leads(one, name)),
        Boolean(one.textContent.trim()), Boolean(one.getAttribute("alt")), Boolean(one.getAttribute("aria-label")),
    ].join(" ");
    const order = all.map(one => one.tagName).filter(name => /^(H[1-6]|MAIN|NAV|HEADER|FOOTER|ASIDE)$/.test(name));
    const ids = all.map(one => one.id).filter(Boolean);
    const whole = `${Boolean(document.title)} ${new Set(ids).size === ids.length}`;
    return [...new Set([...all.map(kind), order.join(" "), whole])];
}"""
"""What a page is built of, as far as axe judges it: kinds of elements in their places, the order of headings and
landmarks, a title, and whether an id is there twice."""

EXAMINE = """async () => {
    const found = await axe.run({resultTypes: ["violations"]});
    return found.violations.map(one => `${one.id}: ${one.help}: ${one.nodes.map(node => node.html).join(" ")}`);
}"""
"""What axe finds wrong with a page; it lies there already."""
