"""`python -m tests.site`: build the site into build/site, with the playground where `make playground` has built it."""

import sys
from pathlib import Path
from typing import Final

from tests.site.building import BuildError, build
from tests.site.language import LANGUAGES

ROOT: Final = Path(__file__).parents[2]


def main() -> None:
    """Build it, or say why it cannot be built."""
    out, playground = ROOT / "build/site", ROOT / "build/playground"
    try:
        build(ROOT, out, LANGUAGES, playground if (playground / "index.html").is_file() else None)
    except BuildError as error:
        sys.exit(str(error))
    print(f"{out}/index.html")


if __name__ == "__main__":
    main()
