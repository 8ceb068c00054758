r"""How the book's numbers are made: one file a question, its contenders, grid, seeds and budgets.

    python -m lstmbook.experiments                      # what there is, and for which pages
    python -m lstmbook.experiments lag_and_start        # run it and store the result

A result is stored as `lstmbook/results/NAME.json`; `digit_reader` and `memory_keeper`, which make
the stored models, write to `lstmbook/models/`. A file of your own works as well:
`python -m lstmbook.experiments my_question.py --folder .`
"""

import hashlib
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from lstmbook.errors import DataFileError, unknown_name
from lstmbook.experiments.compare import bootstrap, mcnemar
from lstmbook.experiments.pieces import MACHINERY
from lstmbook.experiments.plan import Experiment, Parts
from lstmbook.experiments.show import difference, rerun, table

__all__ = [
    "Experiment",
    "Parts",
    "bootstrap",
    "difference",
    "find",
    "mcnemar",
    "names",
    "rerun",
    "table",
]


def names() -> list[str]:
    """Names of the recipes.

    >>> {"digit_reader", "memory_keeper"} <= set(names())
    True
    """
    files = (path.stem for path in Path(__file__).parent.glob("*.py"))
    return sorted(name for name in files if name not in MACHINERY and not name.startswith("_"))


def find(name: str) -> ModuleType:
    """The module of a recipe, by its name or by the path of a file that ends in .py.

    Raises
    ------
    UnknownNameError
        With the names that exist.
    DataFileError
        If there is no such file.
    """
    if not str(name).endswith(".py"):
        if name not in names():
            raise unknown_name("experiment", name, names())
        return importlib.import_module(f"lstmbook.experiments.{name}")
    path = Path(name).resolve()
    if not path.is_file():
        raise DataFileError(f"experiment: expected a file at {path}, found none")
    known = f"lstmbook_recipe_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(known, path)
    if spec is None or spec.loader is None:
        raise DataFileError(f"experiment: {path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[known] = module
    spec.loader.exec_module(module)
    return module
