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

EDIT_A_TABLE = """async ([texts, seed]) => {
    const editor = document.querySelector("[data-module=ow-decision]").editor;
    let state = seed;
    const upTo = most => {
        state = (state * 1103515245 + 12345) % 2147483648;
        return Math.floor(state / 65536) % most;
    };
    const one = (...of) => of[upTo(of.length)];
    const named = each => `${each.name}=${each.value}`;
    const told = part => [
        part.nodeName, part.children.length ? "" : part.textContent, [...part.children].map(told),
        [...part.attributes].map(named).filter(each => each !== "hitPolicy=UNIQUE").sort(),
    ];
    const read = text => new DOMParser().parseFromString(text, "application/xml");
    const meaning = text => JSON.stringify(told(read(text).documentElement));
    for (const text of texts) {
        await editor.open(text);
        const [modeling, sheet, actions, copying] =
            ["modeling", "sheet", "editorActions", "copyCutPaste"].map(name => editor.table.get(name));
        const copy = element => { copying.copy(element); copying.pasteAfter(element); };
        for (let step = 0; step < 25; step += 1) {
            const { rows, cols } = sheet.getRoot();
            const [row, col] = [one(...rows), one(...cols)];
            one(
                () => modeling.editCell(one(...row.cells).businessObject, one("-", "< 5", '"a & b"', "", ">= 1")),
                () => modeling.addRow({ type: "dmn:DecisionRule" }, upTo(rows.length + 1)),
                () => rows.length > 1 && modeling.removeRow(row),
                () => modeling.moveRow(row, upTo(rows.length)),
                () => copy(row), () => copy(col), () => actions.trigger("addInput"),
                () => cols.length > 5 && modeling.removeCol(col),
                () => modeling.updateProperties(col.businessObject, { label: one("Rooms", undefined, 'a "b" <c>') }),
                () => modeling.editHitPolicy(one("UNIQUE", "FIRST", "COLLECT")),
                () => modeling.editAnnotation(row.businessObject, one("why", "")),
                () => actions.trigger("undo"), () => actions.trigger("redo"),
            )();
            const { moddle, definitions } = editor.file;
            const { xml } = await moddle.toXML(definitions, { format: true });
            const written = await editor.file.write();
            if (meaning(written) !== meaning(xml)) return [seed, step, xml, written];
        }
    }
    editor.saving.isOpen = false;
    clearTimeout(editor.saving.timer);
    return [];
}"""
"""Changes tables at random in their editor; gives the first time that what is written is not what the table holds."""
