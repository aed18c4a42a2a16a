"""What is written in C here is built when it is first asked for, and again when its source changes."""

import hashlib
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
KEPT = HERE / ".results"


def built(source: str, *switches: str) -> Path:
    """Give the built file of c/`source`. Raises RuntimeError where there is no C compiler."""
    path = HERE / "c" / source
    name = hashlib.sha256(path.read_bytes() + " ".join(switches).encode()).hexdigest()[:12]
    target = KEPT / f"{path.stem}-{name}"
    if not target.exists():
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if compiler is None:
            raise RuntimeError("the benchmark needs a C compiler: install gcc")
        KEPT.mkdir(exist_ok=True)
        subprocess.run([compiler, "-O2", "-Wall", *switches, "-o", str(target), str(path)], check=True)
    return target
