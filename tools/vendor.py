"""Fetch the third-party files that we serve ourselves, and write down their hashes.

`make vendor` checks the files against their locks. `make vendor ARGS=--fetch`, for maintainers with
npm on the PATH, fetches them again; what it fetches is committed, so users never need npm.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src" / "kehui" / "web" / "static"
AUDIT = ROOT / "tests" / "browser" / "vendor"

ICONS = """
accessibility arrow-down arrow-left arrow-right arrow-up arrow-up-right badge-check bell bell-off
book-open bookmark briefcase building-2 calendar calendar-check calendar-days chart-column check
chevron-down chevron-left chevron-right chevron-up circle-alert circle-check circle-dot
circle-help circle-minus circle-plus circle-x clipboard clipboard-check clipboard-list clock coins
copy download ellipsis external-link eye eye-off factory file-plus file-text filter flag
flask-conical gauge globe graduation-cap hand-helping handshake history house inbox info kanban
key languages layers layout-grid lightbulb link list list-filter lock log-in log-out mail map
map-pin megaphone menu message-circle mic minus monitor monitor-play paperclip pencil phone plus
printer qr-code refresh-cw route save scale search send settings share-2 shield shield-check siren
sliders-horizontal sparkles star store table-2 tag target thumbs-down thumbs-up timer trash-2
triangle-alert trophy upload user user-plus users wallet wrench x zap
""".split()


@dataclass(frozen=True, kw_only=True)
class Package:
    """One npm package at one version."""

    name: str
    version: str
    license: str


LUCIDE = Package(name="lucide-static", version="1.62.0", license="ISC")
BARLOW = Package(name="@fontsource/barlow-semi-condensed", version="5.3.0", license="OFL-1.1")
ALTCHA = Package(name="altcha", version="3.2.2", license="MIT")
AXE = Package(name="axe-core", version="4.14.1", license="MPL-2.0")


def unpack(package: Package, into: Path) -> Path:
    """Fetch the package and return the folder of its files."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not on the PATH; only maintainers need it, to refresh vendored files.")
    packed = subprocess.run(
        [
            npm,
            "pack",
            "--json",
            "--pack-destination",
            str(into),
            f"{package.name}@{package.version}",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    name = json.loads(packed.stdout)[0]["filename"].replace("@", "").replace("/", "-")
    folder = into / f"{name}.d"
    with tarfile.open(into / name) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def sprite(icons: Path) -> str:
    """Return one SVG with a symbol for each icon."""
    symbols = []
    for name in ICONS:
        whole = (icons / f"{name}.svg").read_text(encoding="utf-8")
        found = re.search(r"<svg[^>]*>(.*)</svg>", whole, re.DOTALL)
        if found is None:
            sys.exit(f"{name}.svg holds no drawing.")
        body = re.sub(r"\s+", " ", found.group(1)).strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            f'stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">{body}</symbol>'
        )
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg">',
            "<!-- Lucide icons, ISC License; see vendor/LICENSE-lucide.txt -->",
            *symbols,
            "</svg>\n",
        ]
    )


def lock(base: Path, into: Path, held: list[tuple[Package, Path]]) -> None:
    """Write package, version, license and hash of each file, by its path below base."""
    rows = [
        {
            "file": path.relative_to(base).as_posix(),
            "package": package.name,
            "version": package.version,
            "license": package.license,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for package, path in held
    ]
    into.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def copied(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def wrong(base: Path, written: Path) -> list[str]:
    """Return the files that are missing or are not what the lock says."""
    return [
        row["file"]
        for row in json.loads(written.read_text(encoding="utf-8"))
        if not (base / row["file"]).exists()
        or hashlib.sha256((base / row["file"]).read_bytes()).hexdigest() != row["sha256"]
    ]


def check() -> None:
    bad = wrong(STATIC, STATIC / "vendor" / "vendor.lock.json")
    bad += wrong(AUDIT, AUDIT / "vendor.lock.json")
    if bad:
        sys.exit(f"Not what the lock says: {', '.join(bad)}")
    print("Every vendored file is what its lock says.")


def fetch() -> None:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        packages = (LUCIDE, BARLOW, ALTCHA, AXE)
        lucide, barlow, altcha, axe = (unpack(each, work) for each in packages)

        drawn = STATIC / "icons.svg"
        drawn.write_text(sprite(lucide / "icons"), encoding="utf-8")
        served = [
            (LUCIDE, drawn),
            (LUCIDE, copied(lucide / "LICENSE", STATIC / "vendor" / "LICENSE-lucide.txt")),
            (BARLOW, copied(barlow / "LICENSE", STATIC / "fonts" / "LICENSE-barlow.txt")),
        ]
        for weight in (500, 600):
            font = f"barlow-semi-condensed-latin-{weight}-normal.woff2"
            served.append((BARLOW, copied(barlow / "files" / font, STATIC / "fonts" / font)))
        worker = altcha / "dist" / "workers" / "pbkdf2.js"
        served += [
            (ALTCHA, copied(altcha / "LICENSE.txt", STATIC / "vendor" / "LICENSE-altcha.txt")),
            (ALTCHA, copied(worker, STATIC / "vendor" / "altcha-pbkdf2.js")),
        ]
        lock(STATIC, STATIC / "vendor" / "vendor.lock.json", served)

        audit = AUDIT / f"axe-core-{AXE.version}.min.js"
        lock(
            AUDIT,
            AUDIT / "vendor.lock.json",
            [
                (AXE, copied(axe / "axe.min.js", audit)),
                (AXE, copied(axe / "LICENSE", AUDIT / "LICENSE-axe-core.txt")),
            ],
        )
    print(f"{len(ICONS)} icons, {drawn.stat().st_size} bytes; {len(served)} files served.")


if __name__ == "__main__":
    fetch() if "--fetch" in sys.argv[1:] else check()
