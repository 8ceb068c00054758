"""English search that finds Chinese words, too: pairs of characters, in the index and the query."""

from __future__ import annotations

import re

from sphinx.search import languages
from sphinx.search.en import SearchEnglish

CHINESE = re.compile("[\u3400-\u9fff]+")
SPLIT_QUERY = r"""
function splitQuery(query) {
  const words = query.split(/[^\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu);
  return words.flatMap((word) => {
    const rest = word.replace(/[\u3400-\u9fff]+/g, " ").split(" ");
    const runs = word.match(/[\u3400-\u9fff]+/g) || [];
    return rest.concat(runs.flatMap((run) =>
      run.length === 1 ? [run] : Array.from(run).slice(1).map((one, k) => run[k] + one)));
  }).filter((word) => word);
}
"""


class SearchBoth(SearchEnglish):
    """Words as they stand; a run of Chinese characters as all pairs and single ones."""

    js_splitter_code = SPLIT_QUERY

    def split(self, input: str) -> list[str]:
        words = super().split(CHINESE.sub(" ", input))
        for run in CHINESE.findall(input):
            words += [*run, *(run[k : k + 2] for k in range(len(run) - 1))]
        return words

    def word_filter(self, word: str) -> bool:
        return bool(CHINESE.match(word)) or super().word_filter(word)


def configure(app, config) -> None:
    config.html_search_language = "both"


def setup(app) -> None:
    languages["both"] = SearchBoth
    app.connect("config-inited", configure)
