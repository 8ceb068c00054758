"""What happened in a training, and the bar that shows it while it happens."""

from dataclasses import dataclass, field


@dataclass
class History:
    """What happened in training.

    Attributes
    ----------
    loss : list of float, mean training loss of each epoch, weighted as in `evaluate`; each batch
        at its turn, with dropout and label smoothing
    validation : list of dict, scores on the validation data after each epoch
    best_epoch : int or None, with early stopping the epoch (from 1) with the best score, whose
        weights the model has at the end, unless it was interrupted
    interrupted : bool, stopped by the keyboard; the model keeps the weights it had
    seconds : float, wall time
    """

    loss: list[float] = field(default_factory=list)
    validation: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int | None = None
    interrupted: bool = False
    seconds: float = 0.0

    def curve(self, name: str = "loss") -> list[float]:
        """One validation score over the epochs."""
        return [scores[name] for scores in self.validation]

    def plot(self):
        """Training curve as a Matplotlib figure."""
        from lstmbook import plots

        return plots.training_curve(self)

    def __repr__(self) -> str:
        last = f", loss {self.loss[-1]:.3g}" if self.loss else ""
        return f"History({len(self.loss)} epochs{last})"


def progress_bar(epochs: int, wanted: bool, done: int = 0):
    """A function to call with the history after each epoch, and with None at the end."""
    if not wanted:
        return lambda history: None
    try:
        from tqdm.auto import tqdm
    except ModuleNotFoundError:
        return lambda history: None
    bar = tqdm(total=epochs, unit="epoch", leave=False, delay=2)
    if done:
        bar.update(done)

    def show(history: History | None) -> None:
        if history is None:
            bar.close()
            return
        row = history.validation[-1] if history.validation else {}
        shown = {"train": history.loss[-1], **row}
        bar.set_postfix({name: f"{value:.3g}" for name, value in shown.items()})
        bar.update()

    return show
