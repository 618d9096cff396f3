"""Find font files in unpacked packages, and record what each is and who may pass it on."""

import re
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

from coursekit.embedded.licences import debian_licence, tex_licence

SUFFIXES = {".ttf", ".otf", ".pfb", ".ttc"}

# Words that tell one style of a family from another; what is left names the family.
STYLE_WORDS = re.compile(
    r"\b(thin|hairline|ultra|extra|semi|demi|light|book|regular|roman|normal|medium|bold|black|"
    r"heavy|fat|poster|italic|oblique|slanted|upright|backslant|cond|condensed|compressed|narrow|"
    r"extended|expanded|wide|caps|smallcaps|small|sc|swash|alt|alternate|alternates|outline|inline|"
    r"shadow|solid|filled|hollow|lf|osf|tlf|tosf|oldstyle|lining|tabular|display|text|caption|"
    r"subhead|headline|titling|brk|ttf|otf|std|pro|mt|nf|otc|variable|vf|web|hinted|unhinted|"
    r"t1|ly1|ot1|ts1|ext|exp|one|two|three|four|i|ii|iii|iv|v|x|b|r|l|m)\b",
    re.I,
)


class Font(NamedTuple):
    """One font file with its provenance."""

    path: Path
    family: str  # as the file names itself
    style: str
    package: str  # Debian package
    version: str
    source: str  # TeX package inside it, or the Debian package again
    licence: str


def find_fonts(package_dirs: list[Path]) -> tuple[list[Font], dict[str, int]]:
    """Return all fonts with a known free licence, sorted, and how many were left out and why."""
    fonts, left_out = list[Font](), dict[str, int]()

    def drop(reason: str) -> None:
        left_out[reason] = left_out.get(reason, 0) + 1

    for folder in sorted(package_dirs):
        package = folder.name
        version = (folder / "VERSION").read_text(encoding="utf-8").strip()
        docs = folder / "usr/share/doc" / package
        whole_package = debian_licence(docs / "copyright")
        for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES):
            if path.is_symlink() or not path.is_file():
                continue
            source, licence = package, whole_package
            inside = path.as_posix().partition("texmf-dist/")[2]
            if (docs / "Licenses.gz").is_file() and inside:
                source, licence = tex_licence(docs / "Licenses.gz", f"texmf-dist/{inside}") or (
                    package,
                    None,
                )
            if licence is None:
                drop("no known free licence")
                continue
            names = _names(path)
            if names is None:
                drop("cannot be opened")
                continue
            fonts.append(Font(path, *names, package, version, source, licence))
    return fonts, left_out


def family_key(font: Font) -> str:
    """Return the family's name in lower case without the words that only name a style."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Za-z])|[^A-Za-z0-9]+", " ", font.family)
    words = STYLE_WORDS.sub(" ", name)
    words = re.sub(r"\b\d+\b", " ", words)
    return " ".join((words.strip() or name).lower().split())


def _names(path: Path) -> tuple[str, str] | None:
    """Return (family, style) from the file, or None when FreeType cannot open it."""
    try:
        family, style = ImageFont.truetype(path, 20).getname()
    except (OSError, ValueError):
        return None
    return " ".join((family or path.stem).split()), " ".join((style or "Regular").split())
