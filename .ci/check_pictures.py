"""Compares two folders of SVG pictures: the same files, the same marks and words, and every number within half a pixel.

Processors differ in the last bit of an exponential, so that bytes are not asked for.
"""

import re
import sys
from pathlib import Path

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def parts(path: Path) -> tuple[str, list[float]]:
    text = path.read_text()
    return NUMBER.sub("#", text), [float(number) for number in NUMBER.findall(text)]


def main() -> None:
    kept, made = (Path(folder) for folder in sys.argv[1:])
    names = sorted(path.name for path in kept.iterdir())
    assert names == sorted(path.name for path in made.iterdir()), f"{kept} and {made} hold different files"
    for name in names:
        (marks, numbers), (made_marks, made_numbers) = parts(kept / name), parts(made / name)
        same = marks == made_marks and all(abs(a - b) <= 0.5 for a, b in zip(numbers, made_numbers))
        assert same, f"{kept / name} is not what `flexcap reference` makes: run it and look at the picture"


main()
