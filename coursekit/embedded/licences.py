"""Read under which licence a packaged font may be passed on; unknown means it is not used."""

import gzip
import re
from functools import lru_cache
from pathlib import Path

# Tags of the TeX Catalogue (https://ctan.org/license) that are free; TeX Live takes only free ones.
TEX_LICENCES = {
    "ofl": "OFL-1.1",
    "gpl": "GPL",
    "gpl1": "GPL-1+",
    "gpl2": "GPL-2",
    "gpl2+": "GPL-2+",
    "gpl3": "GPL-3",
    "gpl3+": "GPL-3+",
    "lgpl": "LGPL",
    "lgpl2.1": "LGPL-2.1",
    "agpl3": "AGPL-3",
    "lppl": "LPPL",
    "lppl1": "LPPL-1.0",
    "lppl1.1": "LPPL-1.1",
    "lppl1.2": "LPPL-1.2",
    "lppl1.3": "LPPL-1.3",
    "lppl1.3a": "LPPL-1.3a",
    "lppl1.3c": "LPPL-1.3c",
    "apache2": "Apache-2.0",
    "artistic": "Artistic",
    "artistic2": "Artistic-2.0",
    "bsd": "BSD",
    "bsd2": "BSD-2-Clause",
    "bsd3": "BSD-3-Clause",
    "bsd4": "BSD-4-Clause",
    "mit": "MIT",
    "x11": "X11",
    "isc": "ISC",
    "pd": "public-domain",
    "cc0": "CC0-1.0",
    "cc-by-1": "CC-BY-1.0",
    "cc-by-2": "CC-BY-2.0",
    "cc-by-3": "CC-BY-3.0",
    "cc-by-4": "CC-BY-4.0",
    "cc-by-sa-3": "CC-BY-SA-3.0",
    "cc-by-sa-4": "CC-BY-SA-4.0",
    "gfl": "GUST Font License",
    "gfsl": "GUST Font Source License",
    "knuth": "Knuth License",
    "fdl": "GFDL",
    "eupl": "EUPL",
    "opl": "OPL",
    "other-free": "other free licence (TeX Live)",
}

# Sentences that identify a free licence in copyright files without machine-readable fields.
TEXT_LICENCES = {
    r"SIL Open Font Licen[cs]e": "OFL-1.1",
    r"GUST Font Licen[cs]e": "GUST Font License",
    r"Apache Licen[cs]e,? Version 2": "Apache-2.0",
    r"common-licenses/LGPL|GNU Lesser General Public": "LGPL",
    r"common-licenses/GPL-3": "GPL-3+",
    r"common-licenses/GPL-2": "GPL-2+",
    r"common-licenses/GPL|GNU General Public Licen[cs]e": "GPL",
    r"Arphic Public Licen[cs]e": "Arphic Public License",
    r"public domain": "public-domain",
    r"Permission is hereby granted, free of charge": "MIT",
}

# Debian's copyright files write one licence in many ways. What none of these matches is unknown.
DEBIAN_LICENCES = {
    r"OFL|SIL": "OFL-1.1",
    r"AGPL": "AGPL-3",
    r"LGPL": "LGPL",
    r"GPL": "GPL",
    r"Apache": "Apache-2.0",
    r"MIT|Expat": "MIT",
    r"BSD": "BSD",
    r"CC0|public.domain|Unlicense|^PD$": "public-domain",
    r"CC-BY(-SA)?-[1-4]": "CC-BY",
    r"GUST|GFL": "GUST Font License",
    r"LPPL": "LPPL",
    r"bitstream": "Bitstream Vera License",
    r"IPA-?1|IPA": "IPA Font License",
    r"paratype": "ParaType Free Font License",
    r"arphic": "Arphic Public License",
    r"artistic": "Artistic",
    r"M\+ ?FONT": "M+ Fonts License",
    r"madduck-special": "Aenigma (free to change and share with attribution)",
}
NOT_FREE = re.compile(r"non-?commercial|\bNC\b|-NC-|-ND\b|unknown", re.I)


def debian_licence(copyright_file: Path) -> str | None:
    """Return the licence of a Debian package's upstream files, or None when it is not clear.

    Machine-readable files (DEP-5) name it in the stanza `Files: *`; others are searched for the
    sentences in `TEXT_LICENCES`.
    """
    if not copyright_file.is_file():
        return None
    text = copyright_file.read_text(encoding="utf-8", errors="replace")
    if re.search(r"^Format(-Specification)?:", text, re.M | re.I):
        for stanza in re.split(r"\n\s*\n", text):
            files = re.search(r"^Files:\s*(\S.*)", stanza, re.M)
            licence = re.search(r"^License:[ \t]*(\S.*)", stanza, re.M)
            if files and licence and files[1].strip().startswith("*"):
                return _usual_name(licence[1].strip())
    for pattern, name in TEXT_LICENCES.items():
        if re.search(pattern, re.sub(r"\s+", " ", text), re.I):
            return name
    return None


def _usual_name(written: str) -> str | None:
    """Return the name of a licence that is known to be free, as written or as it is usual."""
    if NOT_FREE.search(written):
        return None
    for pattern, name in DEBIAN_LICENCES.items():
        if re.search(pattern, written, re.I):
            keep = name in ("GPL", "LGPL", "AGPL-3", "CC-BY") or " or " in written
            return written if keep else name
    return None


def tex_licence(licences_file: Path, path: str) -> tuple[str, str] | None:
    """Return (TeX package, licence) of the file `path` ("texmf-dist/fonts/...") or None.

    `licences_file` is the Licenses.gz that Debian's texlive packages carry.
    """
    folders = _tex_folders(licences_file)
    parts = path.split("/")
    for depth in range(len(parts), 1, -1):
        if entry := folders.get("/".join(parts[:depth])):
            package, tags = entry
            known = [TEX_LICENCES[tag] for tag in tags if tag in TEX_LICENCES]
            if not known or len(known) < len(tags):
                return None
            return package, " and ".join(known)
    return None


@lru_cache
def _tex_folders(licences_file: Path) -> dict[str, tuple[str, list[str]]]:
    """Map every folder or file of every TeX package to (package, licence tags)."""
    folders: dict[str, tuple[str, list[str]]] = {}
    package, tags = "", list[str]()
    with gzip.open(licences_file, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            line = line.strip()
            if line.startswith("texmf-dist/"):
                folders[line.removesuffix("/*")] = (package, tags)
            elif ": " in line or line.endswith(":"):
                package, _, rest = line.partition(":")
                tags = rest.split()
    return folders
