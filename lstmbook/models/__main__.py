"""`python -m lstmbook.models make NAME`: train a stored model again and write its two weight_files.

`python -m lstmbook.models` lists what is stored.
"""

import json
from pathlib import Path

from lstmbook import models
from lstmbook.core import stored, weight_files
from lstmbook.errors import unknown_name
from lstmbook.models import store
from lstmbook.models.recipes import RECIPES


def make(name: str, folder: Path, progress: bool = True) -> dict:
    """Train, write NAME.safetensors and NAME.json, return the card."""
    if name not in RECIPES:
        raise unknown_name("model", name, RECIPES)
    model, about = RECIPES[name](progress)
    layout = model.layer.layout
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    weight_files.write(path, {key: value.copy() for key, value in model.params.items()})
    path.chmod(0o644)
    card = {
        "name": name,
        **about,
        "model": type(model).__name__,
        "layer": {
            "variant": layout.variant.name,
            "input_size": layout.input_size,
            "hidden_size": layout.hidden_size,
            **({"layers": layout.layers} if layout.layers > 1 else {}),
            **({"bidirectional": True} if layout.bidirectional else {}),
            **layout.options,
        },
        "outputs": model.outputs,
        "pooling": model.pooling.pooling if model.pooling else None,
        **stored.origin("lstmbook.models", name),
        "sha256": store.sha256(path),
    }
    text = json.dumps(card, indent=2, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return card


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    what = "train a stored model again"
    given = stored.command("lstmbook.models", __doc__, RECIPES, models.FOLDER, what, arguments)
    if given.command == "make":
        card = make(given.name, given.folder)
        print(f"{given.name}: {card['title']}; {card['score']}")
        return
    for name in models.names():
        card = models.card(name)
        print(f"{name}: {card['title']}; {card['score']}, made {card['date']}")


if __name__ == "__main__":
    main()
