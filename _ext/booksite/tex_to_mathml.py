r"""TeX to MathML when the book is built: formulas need no script, and a screen reader reads them.

`mathml(r"h_t = o_t \odot \tanh(c_t) \tag{1.2.6}", display=True)` gives the `<math>` element and the
text of the tag. What this file does not know is a `TexError`, never a guess. Spacing is TeX's:
where it differs from what a browser does by itself, it is written out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from booksite.tex_symbols import (
    ACCENTS,
    BIG,
    BINARY,
    CLOSING,
    FENCES,
    FUNCTIONS,
    LETTERS,
    MATRICES,
    OPENING,
    RELATIONS,
    SIZES,
    SPACES,
    UPRIGHT,
    WITH_LIMITS,
)

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
BOUND = {None, "bin", "rel", "open", "punct", "op"}  # after these a plus or minus is a sign
BY_ITSELF = {"rel": "=≤≥≠≈←→", "bin": "+−×⋅"}  # a browser spaces these as TeX does
WIDTH = {"rel": "0.2778em", "bin": "0.2222em"}
BOLD = {"mathbf": 0x1D400, "mathbb": 0x1D538}
DOUBLE_STRUCK = {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}


class TexError(ValueError):
    """A formula that this file cannot set."""


class Atom(NamedTuple):
    """A piece of a formula: its class as TeX has it (ord, op, bin, rel, ...) and its MathML."""

    kind: str
    text: str
    limits: bool = False


def mathml(tex: str, display: bool, classes: Mapping[str, str] | None = None) -> tuple[str, str]:
    """The `<math>` element and the text of the formula's tag, or "".

    `classes` gives a class of the style sheet for colours such as "#D55E00", which then follow the
    theme; other colours stay as they are.
    """
    parser = Parser(tex, display, classes or {})
    body = parser.row(until=None)
    kind = ' display="block"' if display else ""
    return f"<math{kind}>{body}</math>", parser.tag


def operator(text: str, **attributes: str) -> str:
    named = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<mo{named}>{text}</mo>"


def grouped(atoms: list[Atom], always: bool = False) -> str:
    body = "".join(atom.text for atom in atoms)
    return body if len(atoms) == 1 and not always else f"<mrow>{body}</mrow>"


class Parser:
    def __init__(self, tex: str, display: bool, classes: Mapping[str, str]) -> None:
        self.tokens = TOKEN.findall(tex.strip())
        self.at = 0
        self.display = self.whole = display
        self.script = 0  # depth of sub- and superscripts: no space around signs in them
        self.classes = classes
        self.tag = ""
        self.tex = tex

    # ---- tokens

    def peek(self, skip: bool = True) -> str | None:
        while skip and self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if token is None:
            raise TexError(f"the formula ends where {expected or 'more'} was expected")
        if expected is not None and token != expected:
            raise TexError(f"expected {expected}, got {token}")
        self.at += 1
        return token

    def raw(self) -> str:
        """Text between braces, as it stands."""
        self.take("{")
        depth, out = 1, []
        while depth:
            token = self.peek(skip=False)
            if token is None:
                raise TexError("a brace is not closed")
            self.at += 1
            depth += (token == "{") - (token == "}")
            out.append(token)
        return "".join(out[:-1])

    # ---- rows

    def row(self, until: str | None, always: bool = False) -> str:
        atoms = self.atoms({until})
        if until is None and self.peek() is not None:
            raise TexError(f"unexpected {self.peek()}")
        if until is not None:
            self.take(until)
        return grouped(atoms, always)

    def atoms(self, until: set[str | None], before: str | None = None) -> list[Atom]:
        """Atoms up to one of the tokens `until`; `before` is the class of what stands before."""
        out: list[Atom] = []
        kinds: list[str | None] = [before]
        while (token := self.peek()) not in until and token is not None:
            if token in ("&", r"\\", "}", r"\right", r"\end"):
                break
            atom = self.scripts(self.atom(kinds[-1]))
            if atom.kind == "op" and kinds[-1] in ("ord", "close") and not self.script:
                out.append(Atom("space", '<mspace width="0.1667em"/>'))
            if atom.text:
                out.append(atom)
            if atom.kind != "space":
                kinds.append(atom.kind)
            if atom.kind == "op" and self.operand_follows():
                out.append(Atom("space", '<mspace width="0.1667em"/>'))
        return out

    def operand_follows(self) -> bool:
        token = self.peek()
        if token is None or self.script:
            return False
        closers = {")", "]", "}", ",", "(", "[", "&", r"\\", r"\left", r"\right", r"\,", r"\end"}
        signs = set("+-=<>") | {f"\\{name}" for name in (*BINARY, *RELATIONS, *SIZES, *OPENING)}
        return token not in closers | signs | {f"\\{name}" for name in CLOSING}

    def scripts(self, base: Atom) -> Atom:
        sub = sup = None
        while (token := self.peek()) in ("_", "^", "'"):
            self.at += 1
            if token == "'":
                count = 1
                while self.peek() == "'":
                    self.at += 1
                    count += 1
                sup = "<mo>" + "′" * count + "</mo>"
                continue
            if (sub if token == "_" else sup) is not None:
                raise TexError(f"two scripts {token} at one letter")
            self.script += 1
            script = self.argument()
            self.script -= 1
            sub, sup = (script, sup) if token == "_" else (sub, script)
        if sub is None and sup is None:
            return base
        under = base.limits and (self.display or base.text.startswith("<mo"))
        names = ("munder", "mover", "munderover") if under else ("msub", "msup", "msubsup")
        name = names[2 if sub is not None and sup is not None else 0 if sub is not None else 1]
        text = base.text or "<mrow></mrow>"
        return Atom(base.kind, f"<{name}>{text}{sub or ''}{sup or ''}</{name}>")

    def argument(self) -> str:
        """The next group or the next single piece."""
        token = self.peek()
        if token == "{":
            self.take()
            return self.row("}")
        if token is not None and len(token) > 1 and token.isdigit():  # x^10 is x^1 0
            self.tokens[self.at : self.at + 1] = list(token)
        return self.atom(None).text

    # ---- atoms

    def atom(self, before: str | None) -> Atom:
        token = self.take()
        if token == "{":
            atoms = self.atoms({"}"})
            self.take("}")
            if len(atoms) == 1 and atoms[0].text.startswith("<mo"):  # {,} is a letter to TeX
                text = re.sub(r"<mo[^>]*>", '<mo lspace="0" rspace="0">', atoms[0].text)
                return Atom("ord", text)
            return Atom("ord", grouped(atoms) if atoms else "")
        if token.startswith("\\"):
            return self.command(token[1:], before)
        if token[0].isdigit():
            return Atom("ord", f"<mn>{token}</mn>")
        if token in "+-*":
            return self.sign("bin", {"-": "−", "*": "∗"}.get(token, token), before)
        if token in "=<>:":
            return self.sign("rel", escape(token), before)
        if token in "([":
            return Atom("open", operator(token, stretchy="false"))
        if token in ")]":
            return Atom("close", operator(token, stretchy="false"))
        if token in ",;":
            return Atom("punct", operator(token, **self.tight()))
        if token in "|/!.?":
            return Atom("ord", operator(token, stretchy="false", lspace="0", rspace="0"))
        if token == "~":
            return Atom("space", f'<mspace width="{SPACES[" "]}"/>')
        if token.isalpha():
            return Atom("ord", f"<mi>{token}</mi>")
        if token in "…−′":
            return Atom("ord", operator(token))
        raise TexError(f"do not know the sign {token!r}")

    def tight(self) -> dict[str, str]:
        return {"lspace": "0", "rspace": "0"} if self.script else {}

    def sign(self, kind: str, text: str, before: str | None) -> Atom:
        if kind == "bin" and before in BOUND:  # a sign, not a sum
            return Atom("ord", operator(text, form="prefix", **{"lspace": "0", "rspace": "0"}))
        if self.script:
            return Atom(kind, operator(text, lspace="0", rspace="0"))
        left = right = WIDTH[kind]
        if kind == "rel" and before == "rel":
            left = "0"
        if kind == "rel" and self.peek() in ("=", "<", ">"):
            right = "0"
        if left == right and text in BY_ITSELF[kind]:
            return Atom(kind, operator(text, form="infix"))
        return Atom(kind, operator(text, form="infix", lspace=left, rspace=right))

    def command(self, name: str, before: str | None) -> Atom:
        if name in LETTERS:
            return Atom("ord", f"<mi>{LETTERS[name]}</mi>")
        if name in UPRIGHT:
            return Atom("ord", f'<mi mathvariant="normal">{UPRIGHT[name]}</mi>')
        if name in BINARY:
            return self.sign("bin", BINARY[name], before)
        if name in RELATIONS:
            return self.sign("rel", RELATIONS[name], before)
        if name in OPENING:
            return Atom("open", operator(OPENING[name], stretchy="false", form="prefix"))
        if name in CLOSING:
            return Atom("close", operator(CLOSING[name], stretchy="false", form="postfix"))
        if name in FUNCTIONS | WITH_LIMITS:
            return Atom("op", f"<mi>{name}</mi>", limits=name in WITH_LIMITS)
        if name in BIG:
            return Atom("op", operator(BIG[name]), limits=name != "int")
        if name in SPACES:
            return Atom("space", f'<mspace width="{SPACES[name]}"/>')
        if name in ACCENTS:
            return self.accent(name)
        if name in SIZES:
            return self.sized(name)
        handler = getattr(self, f"do_{name}", None)
        if handler is None:
            raise TexError(f"do not know \\{name}: it may be added to tex_symbols.py")
        return handler()

    def accent(self, name: str) -> Atom:
        text, grows = ACCENTS[name]
        mark = operator(text, stretchy="true" if grows else "false")
        return Atom("ord", f'<mover accent="true">{self.argument()}{mark}</mover>')

    def fence(self) -> str:
        token = self.take()
        text = FENCES.get(token[1:]) if token.startswith("\\") else token
        if text is None or (len(token) == 1 and token not in "()[]|/."):
            raise TexError(f"expected a bracket, got {token}")
        return "" if text == "." else text

    def sized(self, name: str) -> Atom:
        text, size = self.fence(), SIZES[name]
        kind = "open" if text in "([{⌊⟨" else "close" if text in ")]}⌋⟩" else "ord"
        mark = operator(text, minsize=size, maxsize=size, stretchy="true", symmetric="true")
        return Atom(kind, mark)

    def styled(self, shown: bool, body: str) -> str:
        return f'<mstyle displaystyle="{str(shown).lower()}" scriptlevel="0">{body}</mstyle>'

    # ---- commands with arguments

    def do_frac(self) -> Atom:
        display, self.display = self.display, False
        above, below = self.argument(), self.argument()
        self.display = display
        return Atom("ord", f"<mfrac>{above}{below}</mfrac>")

    def do_dfrac(self) -> Atom:
        return Atom("ord", self.styled(True, self.do_frac().text))

    def do_tfrac(self) -> Atom:
        return Atom("ord", self.styled(False, self.do_frac().text))

    def do_textstyle(self) -> Atom:
        """Up to the end of the group."""
        display, self.display = self.display, False
        body = "".join(atom.text for atom in self.atoms({"}"}))
        self.display = display
        return Atom("ord", f'<mstyle displaystyle="false">{body}</mstyle>')

    def do_sqrt(self) -> Atom:
        if self.peek() == "[":
            self.take()
            degree = self.row("]")
            return Atom("ord", f"<mroot>{self.argument()}{degree}</mroot>")
        return Atom("ord", f"<msqrt>{self.argument()}</msqrt>")

    def do_text(self) -> Atom:
        text = escape(re.sub(r"\\([_%&#$])", r"\1", self.raw()))
        return Atom("ord", f"<mtext>{text.replace(' ', chr(0xA0))}</mtext>")

    def do_mathrm(self) -> Atom:
        text = escape(self.raw())
        upright = ' mathvariant="normal"' if len(text) == 1 else ""
        return Atom("ord", f"<mi{upright}>{text}</mi>")

    def do_operatorname(self) -> Atom:
        return Atom("op", f"<mi>{escape(self.raw())}</mi>")

    def bold(self, name: str) -> Atom:
        letters = []
        for letter in self.raw():
            if not re.fullmatch("[A-Za-z]", letter):
                raise TexError(f"\\{name} takes letters, got {letter}")
            place = ord(letter) - (ord("A") if letter.isupper() else ord("a") - 26)
            other = DOUBLE_STRUCK.get(letter) if name == "mathbb" else None
            letters.append(other or chr(BOLD[name] + place))
        return Atom("ord", f"<mi>{''.join(letters)}</mi>")

    def do_mathbf(self) -> Atom:
        return self.bold("mathbf")

    def do_mathbb(self) -> Atom:
        return self.bold("mathbb")

    def do_mathrel(self) -> Atom:
        token = self.raw().strip()
        return self.sign("rel", {"-": "−"}.get(token, escape(token)), None)

    def do_boxed(self) -> Atom:
        return Atom("ord", f'<mrow class="boxed">{self.argument()}</mrow>')

    def do_color(self) -> Atom:
        colour = self.raw().strip()
        known = self.classes.get(colour.upper())
        style = f'class="{known}"' if known else f'style="color:{escape(colour)}"'
        self.take("{")
        atoms = self.atoms({"}"})
        self.take("}")
        kind = atoms[-1].kind if atoms else "ord"
        return Atom(kind, f"<mrow {style}>{''.join(atom.text for atom in atoms)}</mrow>")

    def do_tag(self) -> Atom:
        if self.tag or not self.whole:
            raise TexError(r"one \tag, and in a displayed formula only")
        self.tag = self.raw()
        return Atom("space", "")

    def do_left(self) -> Atom:
        opening = self.fence()
        atoms = self.atoms({r"\right"})
        self.take(r"\right")
        closing = self.fence()
        left = operator(opening, form="prefix", stretchy="true") if opening else ""
        right = operator(closing, form="postfix", stretchy="true") if closing else ""
        body = "".join(atom.text for atom in atoms)
        return Atom("ord", f"<mrow>{left}{body}{right}</mrow>")

    def do_begin(self) -> Atom:
        name = self.raw()
        if name == "aligned":
            return Atom("ord", f'<mtable class="aligned">{self.rows(name)}</mtable>')
        display, self.display = self.display, False
        if name == "cases":
            body = f'<mtable class="cases">{self.rows(name)}</mtable>'
            left, right = "{", ""
        elif name in MATRICES:
            body, (left, right) = f"<mtable>{self.rows(name)}</mtable>", MATRICES[name]
        else:
            raise TexError(f"do not know \\begin{{{name}}}")
        self.display = display
        left = operator(left, form="prefix", stretchy="true") if left else ""
        right = operator(right, form="postfix", stretchy="true") if right else ""
        return Atom("ord", f"<mrow>{left}{body}{right}</mrow>")

    def rows(self, name: str) -> str:
        rows: list[list[str]] = [[]]
        aligned = name == "aligned"
        while True:
            before = "ord" if aligned and rows[-1] else None  # "& + x": a sum goes on
            cell = "".join(atom.text for atom in self.atoms({"&", r"\\", r"\end"}, before))
            rows[-1].append(f"<mtd>{cell}</mtd>")
            token = self.take()
            if token == r"\\":
                rows.append([])
            elif token == r"\end":
                break
            elif token != "&":
                raise TexError(f"unexpected {token}")
        if self.raw() != name:
            raise TexError(f"\\begin{{{name}}} ends as something else")
        if rows[-1] == ["<mtd></mtd>"]:
            rows.pop()
        return "".join(f"<mtr>{''.join(cells)}</mtr>" for cells in rows)
