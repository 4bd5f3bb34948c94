# SPDX-License-Identifier: Apache-2.0
"""What ci/check-report finds out about a page.

report_page.py structure PAGE             tags, ids, headings and texts for who does not see; nothing from outside
report_page.py wrap WRAPPER PAGE...       writes a page that holds the pages in frames of each size and scheme
report_page.py measured DOM PAGE...       reads what the wrapper measured in them
report_page.py look SCREENSHOT light|dark it is no blank sheet, and of that scheme

Each prints what is wrong, a line each, and exits with 1 if anything is.
"""

import html
import html.parser
import json
import re
import struct
import sys
import zlib

VOID = {"meta", "img", "br", "hr", "link", "input"}
# Of SVG, which may close themselves.
SHAPES = {"rect", "line", "path", "circle", "use"}
SIZES = [(360, 800), (1280, 800)]
SCHEMES = ["light", "dark"]


class Structure(html.parser.HTMLParser):
    """Collects what is wrong with a page's markup."""

    def __init__(self):
        super().__init__()
        self.wrong = []
        self.open = []
        self.ids = []
        self.references = []
        self.headings = []
        self.seen = set()

    def handle_startendtag(self, tag, attrs):
        if tag not in SHAPES:
            self.wrong.append(f"<{tag}/> closes itself")
        self.take(tag, dict(attrs))

    def handle_starttag(self, tag, attrs):
        self.take(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def take(self, tag, attributes):
        """Looks at one tag."""
        self.seen.add(tag)
        if tag in {"script", "iframe", "object", "embed", "link", "base", "form"}:
            self.wrong.append(f"there is a <{tag}>")
        if tag == "html" and attributes.get("lang") != "en":
            self.wrong.append("the page has no language")
        if tag == "img" and not attributes.get("alt"):
            self.wrong.append("an image has no alternative text")
        if tag == "svg" and "aria-hidden" not in attributes and attributes.get("role") == "img":
            if not attributes.get("aria-label"):
                self.wrong.append("a drawing has no label")
        if tag == "th" and "scope" not in attributes:
            self.wrong.append("a table's heading has no scope")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attributes.items():
            self.take_attribute(tag, name, value or "")

    def take_attribute(self, tag, name, value):
        """Looks at one attribute."""
        if name.startswith("on"):
            self.wrong.append(f"<{tag}> runs something: {name}")
        if name in {"src", "href", "srcset", "action", "data", "poster", "xlink:href"}:
            if not value.startswith(("data:image/png;base64,", "#")):
                self.wrong.append(f"<{tag}> refers to {value[:60]}")
        if name == "id":
            self.ids.append(value)
        if name in {"aria-labelledby", "aria-describedby"}:
            self.references += value.split()

    def finish(self):
        """Looks at the whole."""
        if self.open:
            self.wrong.append(f"not closed: {self.open}")
        self.wrong += [f"the id {i} is there twice" for i in set(self.ids) if self.ids.count(i) > 1]
        self.wrong += [f"no element has the id {i}" for i in self.references if i not in self.ids]
        self.wrong += [f"there is no <{t}>" for t in ("title", "main", "h1", "table") if t not in self.seen]
        if self.headings.count(1) != 1:
            self.wrong.append("there is not one <h1>")
        for before, after in zip(self.headings, self.headings[1:]):
            if after > before + 1:
                self.wrong.append(f"a level of headings is skipped: {before}, {after}")


def structure(path):
    """What is wrong with the markup of a page."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = Structure()
    found.feed(text)
    found.close()
    found.finish()
    wrong = found.wrong
    outside = re.sub(r'(base64,)[^"]*', r"\1", text)
    wrong += [f"it names {match[:60]}" for match in re.findall(r"(?i)(?:https?:)?//[a-z0-9][^\s\"'<]*", outside)]
    wrong += [f"it loads {match}" for match in re.findall(r"url\((?!#)[^)]*\)|@import[^;]*", outside)]
    return wrong


# Runs in the wrapper: the framed pages themselves may run nothing.
MEASURE = """
function channels(colour) {
    const c = colour.match(/[\\d.]+/g).map(Number);
    return c.length < 4 ? c.concat(1) : c;
}
function luminance(c) {
    const l = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
}
function ground(view, element) {
    for (; element; element = element.parentElement) {
        const c = channels(view.getComputedStyle(element).backgroundColor);
        if (c[3] === 1) return c;
    }
    return [255, 255, 255, 1];
}
function contrast(view, element) {
    const style = view.getComputedStyle(element);
    const a = luminance(channels(element.namespaceURI.endsWith('svg') ? style.fill : style.color));
    const b = luminance(ground(view, element));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
function measure(frame) {
    const page = frame.contentDocument, view = frame.contentWindow, root = page.documentElement;
    const texts = [...page.body.querySelectorAll('*')].filter(
        e => !['title', 'STYLE'].includes(e.tagName) && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
    const faint = texts.filter(e => contrast(view, e) < 4.5);
    const wide = [...page.body.querySelectorAll('*')].filter(
        e => !e.closest('.scroll') && e.getBoundingClientRect().right > view.innerWidth + 0.5);
    const name = e => e.tagName + '.' + (e.getAttribute('class') || '') + ' ' + e.textContent.trim().slice(0, 40);
    return {
        page: frame.dataset.page, width: frame.width, scheme: frame.dataset.scheme,
        inner: view.innerWidth, scroll: root.scrollWidth, texts: texts.length,
        dark: luminance(channels(view.getComputedStyle(root).backgroundColor)) < 0.2,
        faint: faint.slice(0, 3).map(name), wide: wide.slice(0, 3).map(name),
        images: [...page.images].length, broken: [...page.images].filter(i => !i.naturalWidth).length
    };
}
window.onload = () => {
    const all = [...document.querySelectorAll('iframe')].map(measure);
    const result = document.createElement('pre');
    result.id = 'measured';
    result.textContent = JSON.stringify(all);
    document.body.append(result);
};
"""


def wrap(wrapper, *pages):
    """Writes the wrapper. A frame without allow-scripts is a browser with JavaScript turned off."""
    frames = []
    for page in pages:
        with open(page, encoding="utf-8") as file:
            source = html.escape(file.read())
        for width, height in SIZES:
            for scheme in SCHEMES:
                frames.append(
                    f'<iframe sandbox="allow-same-origin" data-page="{html.escape(page)}" data-scheme="{scheme}" '
                    f'width="{width}" height="{height}" style="border:0;color-scheme:{scheme}" '
                    f'srcdoc="{source}"></iframe>')
    with open(wrapper, "w", encoding="utf-8") as file:
        file.write(f'<!DOCTYPE html><meta charset="utf-8"><body><script>{MEASURE}</script>{"".join(frames)}</body>')
    return []


def measured(dom, *pages):
    """What is wrong with the pages in a browser."""
    with open(dom, encoding="utf-8") as file:
        found = re.search(r'<pre id="measured">(.*?)</pre>', file.read(), re.S)
    if not found:
        return ["the browser measured nothing"]
    wrong = []
    frames = [f for f in json.loads(html.unescape(found.group(1))) if f["page"] in pages]
    if len(frames) != len(pages) * len(SIZES) * len(SCHEMES):
        wrong.append(f"only {len(frames)} frames were measured")
    for frame in frames:
        where = f"{frame['width']} pixels wide, {frame['scheme']}: "
        if frame["inner"] != int(frame["width"]):
            wrong.append(where + f"the window has {frame['inner']} pixels")
        if frame["scroll"] > frame["inner"] or frame["wide"]:
            wrong.append(where + f"{frame['scroll']} pixels of {frame['inner']} are in use, by {frame['wide']}")
        if frame["texts"] < 50:
            wrong.append(where + f"only {frame['texts']} texts are there")
        if frame["faint"]:
            wrong.append(where + f"the contrast is below 4.5: {frame['faint']}")
        if frame["dark"] != (frame["scheme"] == "dark"):
            wrong.append(where + "it has the other scheme's ground")
        if frame["images"] < 4 or frame["broken"]:
            wrong.append(where + f"{frame['broken']} of {frame['images']} images cannot be shown")
    return wrong


def look(path, scheme):
    """What is wrong with a screenshot: each line of a blank sheet is packed as the one before."""
    with open(path, "rb") as file:
        data = file.read()
    packed, at = b"", 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            packed += body
        at += size + 12
    line = width * {2: 3, 6: 4}[colour] + 1
    samples = zlib.decompress(packed)
    lines = {samples[row * line + 1:(row + 1) * line] for row in range(height)}
    wrong = []
    if len(lines) < 100:
        wrong.append(f"{path}: nearly blank: {len(lines)} of {height} lines differ")
    # The first pixel is packed as it is.
    if (max(samples[1:4]) < 64) != (scheme == "dark"):
        wrong.append(f"{path}: its first pixel is {tuple(samples[1:4])}, which is not {scheme}")
    return wrong


def main():
    """Runs one of the above."""
    wrong = {"structure": structure, "wrap": wrap, "measured": measured, "look": look}[sys.argv[1]](*sys.argv[2:])
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
