# Settings of the kernels that run the notebooks in tests and in `make refresh`.
import os

from lstmbook.plots.style import STYLE, UNDATED

c = get_config()  # noqa: F821 - given by IPython

# TensorFlow's C++ libraries write a line about missing GPUs before they read any setting.
# What Python writes to stderr is still seen, and still a fault.
c.IPKernelApp.capture_fd_output = False
c.HistoryManager.hist_file = ":memory:"

# Figures are stored as SVG in the book's look, the same bytes every time.
os.environ["MATPLOTLIBRC"] = str(STYLE)
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": None, "dpi": 200, "metadata": UNDATED}
