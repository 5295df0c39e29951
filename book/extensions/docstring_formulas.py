"""Formulas of the package's docstrings, typeset on its pages.

In the source a formula is a line of plain letters, as it is read there; on the page it
looks as in the chapters. Each stands here once more, in TeX; a docstring that changes
without it keeps its plain letters, and a test says so.
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from book.extensions.texts import replace_text

# As in the docstring: in TeX.
FORMULAS = {
    "y[n,o,i,j] = b[o] + sum_{c,u,v} w[o,c,u,v] x[n,c,i*s+u*d,j*s+v*d]": (
        r"y_{n,o,i,j} = b_o + \sum_{c,u,v} w_{o,c,u,v}\, x_{n,c,\,is+ud,\,js+vd}"
    ),
    "exp(x) / sum exp(x)": r"\exp(x) / \sum \exp(x)",
    "softmax(q k^T / sqrt(d)) v": r"\operatorname{softmax}(q k^\top / \sqrt d)\, v",
    "z = sum exp(s - m)": r"z = \sum \exp(s - m)",
    "y = sum exp(s - m) v": r"y = \sum \exp(s - m)\, v",
    "dv = p^T dy": r"dv = p^\top dy",
    "dp = dy v^T": r"dp = dy\, v^\top",
    "ds = p (dp - sum_j p_j dp_j)": r"ds = p \,(dp - \textstyle\sum_j p_j\, dp_j)",
    "phi(q) phi(k)^T with phi = elu + 1": (
        r"\phi(q)\,\phi(k)^\top \text{ with } \phi = \operatorname{elu} + 1"
    ),
    "exp(q k^T)": r"\exp(q k^\top)",
    "E[phi(q) phi(k)^T] = exp(q k^T / sqrt(d))": (
        r"\mathbb{E}[\phi(q)\,\phi(k)^\top] = \exp(q k^\top / \sqrt d)"
    ),
    "phi(x) = exp(w x' - |x'|^2 / 2) / sqrt(r)": (
        r"\phi(x) = \exp(w x' - \lvert x' \rvert^2 / 2) / \sqrt r"
    ),
    "y = gamma (x - m) / sqrt(v + eps) + beta": (
        r"y = \gamma\, (x - m) / \sqrt{v + \varepsilon} + \beta"
    ),
    "y = gamma standardize(x, -1) + beta": (
        r"y = \gamma \operatorname{standardize}(x, -1) + \beta"
    ),
    "y = gamma x / sqrt(mean(x^2) + eps)": (
        r"y = \gamma\, x / \sqrt{\operatorname{mean}(x^2) + \varepsilon}"
    ),
    "(x - mean) / sqrt(variance + eps)": (
        r"(x - \text{mean}) / \sqrt{\text{variance} + \varepsilon}"
    ),
    "dx = (dy - mean(dy) - z mean(dy z)) / sigma": (
        r"dx = (dy - \operatorname{mean}(dy) - z \operatorname{mean}(dy\, z)) / \sigma"
    ),
    "P(|mean of n losses - expected loss| > eps)": (
        r"P(\lvert \text{mean of } n \text{ losses} - \text{expected loss} \rvert"
        r" > \varepsilon)"
    ),
    "2 exp(-2 n eps^2)": r"2 \exp(-2 n \varepsilon^2)",
    "|H| 2 exp(-2 n eps^2)": (
        r"\lvert \mathcal{H} \rvert\, 2 \exp(-2 n \varepsilon^2)"
    ),
    "sqrt(ln(2|H|/delta) / (2n))": (
        r"\sqrt{\ln(2 \lvert \mathcal{H} \rvert / \delta) / (2n)}"
    ),
}


def typeset_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Replace the formulas in what the package's pages say of a function."""
    for entry in doctree.findall(addnodes.desc_content):
        for text in list(entry.findall(nodes.Text)):
            pieces = typeset(" ".join(text.split("\n")))
            if all(isinstance(piece, nodes.Text) for piece in pieces):
                continue
            if isinstance(text.parent, nodes.literal):
                text.parent.replace_self(pieces)
            elif isinstance(text.parent, nodes.paragraph):
                replace_text(text, pieces)


def typeset(text: str) -> list[nodes.Node]:
    """Return a text with its formulas as nodes, a longer one before its parts.

    >>> [type(piece).__name__ for piece in typeset("It is 2 exp(-2 n eps^2).")]
    ['Text', 'math', 'Text']
    """
    for plain in sorted(FORMULAS, key=len, reverse=True):
        before, found, after = text.partition(plain)
        if found:
            formula = nodes.math("", FORMULAS[plain])
            return [*_unless_empty(before), formula, *_unless_empty(after)]
    return [nodes.Text(text)]


def _unless_empty(text: str) -> list[nodes.Node]:
    return typeset(text) if text else []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-read", typeset_formulas)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
