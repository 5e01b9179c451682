#!/usr/bin/env python3
"""Follows every link of a built site, and fails if one leads nowhere.

    links.py FOLDER

Links to other sites are not followed. A link to a heading needs an element of that id on the page that it leads to.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse


class Page(HTMLParser):
    """The ids of a page, and where its elements lead or what they load."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.ids.update(named[key] for key in ("id", "name") if named.get(key))
        self.links += [named[key] for key in ("href", "src") if named.get(key)]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = Path(sys.argv[1]).resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in root.rglob("*.html")}
    lost, followed = [], 0
    for path, page in pages.items():
        # The page for what was not found is shown at any address, the others' print and navigation pages at their own.
        if path.name in ("404.html", "toc.html"):
            continue
        for link in page.links:
            address, heading = urldefrag(link)
            if urlparse(address).scheme or address.startswith("//"):
                continue
            target = (path.parent / unquote(address)).resolve() if address else path
            followed += 1
            if not target.exists():
                lost.append(f"{path.relative_to(root)}: {link}")
            elif heading and target in pages and unquote(heading) not in pages[target].ids:
                lost.append(f"{path.relative_to(root)}: {link} (no such heading)")
    if lost:
        sys.exit("links that lead nowhere:\n" + "\n".join(sorted(set(lost))))
    assert len(pages) > 15 and followed > 500, f"{len(pages)} pages with {followed} links: is this the site?"
    print(f"{len(pages)} pages, {followed} links")


if __name__ == "__main__":
    main()
