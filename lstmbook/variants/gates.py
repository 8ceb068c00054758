r"""Variants that differ in their gates: which there are, and what they see."""

from lstmbook.variants.notation import HC, C, F, G, I, O, Y, dense, gate, peep, peepholes
from lstmbook.variants.spec import Param, Variant


def ablation(name: str, title: str, blocks: str, gates: str, equations: tuple, **more) -> Variant:
    """A cell of Greff et al.; `peepholes=True` gives their base, without it the plain LSTM's."""
    return Variant(
        name=name,
        title=title,
        blocks=tuple(blocks),
        params={**dense(len(blocks)), **peepholes(gates, "peepholes")},
        states=HC,
        count=f"{len(blocks)}*H*(D+H+1) + peepholes*{len(gates)}*H",
        equations=equations,
        reference="Greff et al. 2017, arXiv:1503.04069",
        options={"peepholes": False},
        **more,
    )


GATES = [
    Variant(
        name="RNN",
        title="plain recurrent network",
        blocks=("n",),
        params=dense(1),
        states={"h": "H"},
        count="H*(D+H+1)",
        equations=(r"h_t = n_t = \tanh(x_t W + h_{t-1} U + b)",),
        reference="Elman 1990, doi:10.1207/s15516709cog1402_1",
        keeps="",
        keep_bias=0.0,
    ),
    Variant(
        name="LSTM",
        title="LSTM with forget gate",
        blocks=tuple("ifgo"),
        params=dense(4),
        states=HC,
        count="4*H*(D+H+1)",
        equations=(F, I, G, C, O, Y),
        reference="Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735; "
        "Gers et al. 2000, doi:10.1162/089976600300015015",
    ),
    Variant(
        name="PeepholeLSTM",
        title="peephole LSTM",
        blocks=tuple("ifgo"),
        params={**dense(4), **peepholes("ifo")},
        states=HC,
        count="4*H*(D+H+1) + 3*H",
        equations=(peep("f"), peep("i"), G, C, peep("o", "t"), Y),
        reference="Gers & Schmidhuber 2000, doi:10.1109/IJCNN.2000.861302; "
        "Gers et al. 2002, JMLR 3:115-143",
    ),
    Variant(
        name="GRU",
        title="gated recurrent unit",
        blocks=tuple("rzn"),
        params={**dense(3), "b_u": Param("3*H", "bias", "reset_after")},
        states={"h": "H"},
        count="3*H*(D+H+1) + reset_after*3*H",
        equations=(
            gate("r"),
            gate("z"),
            r"n_t = \tanh(x_t W_n + b_n + r_t \odot (h_{t-1} U_n + b_{u,n}))",
            r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t",
        ),
        reference="Cho et al. 2014, arXiv:1406.1078",
        options={"reset_after": True},
        keeps="z",
        keep_bias=0.0,
    ),
    ablation(
        "NoForgetGateLSTM",
        "no forget gate: f = 1, the rule of 1997",
        "igo",
        "io",
        (I, G, r"c_t = c_{t-1} + i_t \odot g_t", O, Y),
        keeps="",
        keep_bias=0.0,
    ),
    ablation(
        "NoInputGateLSTM",
        "no input gate: i = 1",
        "fgo",
        "fo",
        (F, G, r"c_t = f_t \odot c_{t-1} + g_t", O, Y),
    ),
    ablation(
        "NoOutputGateLSTM", "no output gate: o = 1", "ifg", "if", (F, I, G, C, r"h_t = \tanh(c_t)")
    ),
    ablation(
        "NoInputActivationLSTM",
        "no input activation: g linear",
        "ifgo",
        "ifo",
        (F, I, gate("g", ""), C, O, Y),
    ),
    ablation(
        "NoOutputActivationLSTM",
        "no output activation: h = o c",
        "ifgo",
        "ifo",
        (F, I, G, C, O, r"h_t = o_t \odot c_t"),
    ),
    ablation(
        "CoupledLSTM",
        "coupled gates: f = 1 - i",
        "igo",
        "io",
        (I, r"f_t = 1 - i_t", G, C, O, Y),
        keeps="-i",
    ),
    Variant(
        name="FullGateLSTM",
        title="full gate recurrence: gates see all gates of the step before",
        blocks=tuple("ifgo"),
        params={**dense(4), "R": Param("(3*H, 3*H)", "recurrent"), **peepholes("ifo", "peepholes")},
        states={**HC, "k": "3*H"},
        count="4*H*(D+H+1) + 9*H*H + peepholes*3*H",
        equations=(
            gate("f", more=" + k_{t-1} R_f"),
            gate("i", more=" + k_{t-1} R_i"),
            G,
            C,
            gate("o", more=" + k_{t-1} R_o"),
            Y,
            r"k_t = [i_t, f_t, o_t]",
        ),
        reference="Greff et al. 2017, arXiv:1503.04069",
        options={"peepholes": False},
    ),
]
