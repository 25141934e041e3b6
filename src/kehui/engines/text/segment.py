"""Cut a Chinese text into search terms: words, and the overlapping character pairs of each run.

Words carry meaning, pairs forgive a wrong cut. A pair that is also a word is one term, not two,
so a two-character word counts once as a word and once as a pair.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

import rjieba

from kehui.engines.text.normal import CJK_FIRST, CJK_LAST, normalize

_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9μ]+(?:[.\-/][a-z0-9μ]+)*")
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")

# Words of asking and of grammar: every need has them, none of them says what is needed.
STOP_WORDS = frozenset(
    (
        "的 了 和 与 及 或 等 在 是 对 为 以 并 中 上 下 其 该 各 个 于 从 到 由 将 把 被 也 "
        "都 而 但 且 我们 他们 你们 公司 企业 本公司 我公司 有限公司 有限 目前 现有 已经 可以 "
        "能够 需要 需求 希望 解决 进行 通过 采用 使用 利用 实现 具有 以及 同时 主要 相关 关于 "
        "一种 一个 一定 问题 内容 情况 方面 方式 工作 项目 要求 技术 研究 开发 研发 研制 提供 "
        "拟 预期 目标 预期目标 提高 提升 达到 形成 完成 开展 基于 用于 应用 单位 合作 寻求 "
        "寻找 如何 怎样 我厂 本厂 我司 本司 欢迎 专家 团队 不断 根据 针对 基础 基本 所有 这个 "
        "这些 那些 没有 不能 不是 就是 因此 由于 如果 虽然 其中 之间 怎么 什么 哪里 哪些 多少 "
        "几个 老是 总是 经常 常常 往往 特别 非常 比较 一直 每次 每天 大家 自己 现在 以后 以前 之后 "
        "之前 还是 还有 一些 有些 很多 许多 各种 多种 等等 例如 比如 尤其 是否 能否 可否 有没有 "
        "不好 不会 不要 只有 只能 还要 必须 应该 可能 容易 一般 通常 那么 这样 那样 如此 为了 因为 "
        "所以 但是 而且 并且 或者 从而 此外 另外 最好 想要 想找 请问 求助 有人 东西 事情 时候 "
        "的话 一点 一下 起来 出来 the of and for to in on with by an is are we our"
    ).split()
)
# A pair with one of these straddles two words: 么防 in 怎么防腐蚀 is rare, and says nothing.
STOP_CHARACTERS = frozenset("的了么吗呢吧啊们这那哪很")


class Token(NamedTuple):
    """One term and where it stands in the text, in characters."""

    term: str
    start: int
    end: int


def words(text: str) -> Iterator[Token]:
    """Yield the words of a normalized text in search mode, stop words dropped."""
    for match in _RUN.finditer(text):
        run, base = match.group(), match.start()
        if run[0] < "\u4e00":
            if run not in STOP_WORDS and (len(run) > 1 or run.isalpha()):
                yield Token(run, base, match.end())
            continue
        for word, start, end in rjieba.tokenize(run, "search"):
            if len(word) > 1 and word not in STOP_WORDS:
                yield Token(word, base + start, base + end)


def word_terms(text: str) -> list[str]:
    """Return the words of `words` without offsets; the fast path of building indexes."""
    found: list[str] = []
    for run in _RUN.findall(text):
        if run[0] < "\u4e00":
            if run not in STOP_WORDS and (len(run) > 1 or run.isalpha()):
                found.append(run)
        else:
            found += [
                word
                for word in rjieba.cut_for_search(run)
                if len(word) > 1 and word not in STOP_WORDS
            ]
    return found


def pairs(text: str) -> Iterator[Token]:
    """Yield the overlapping pairs of each run of ideographs, those of stop words dropped."""
    for match in _WORD.finditer(text):
        run, base = match.group(), match.start()
        for i in range(len(run) - 1):
            pair = run[i : i + 2]
            if pair not in STOP_WORDS and STOP_CHARACTERS.isdisjoint(pair):
                yield Token(pair, base + i, base + i + 2)


def tokens(text: str) -> list[Token]:
    """Return words and character pairs with offsets into the text as it was written."""
    folded = normalize(text)
    return sorted([*words(folded), *pairs(folded)], key=lambda token: token[1:])


def terms(text: str) -> list[str]:
    """Return the terms of `tokens` without offsets, in no promised order."""
    folded = normalize(text)
    return [token.term for token in words(folded)] + [token.term for token in pairs(folded)]


def term_key(term: str) -> int:
    """Return the 63-bit number that stands for the term in every index.

    A pair of ideographs is its two code points, which an array program can form without strings;
    any other term is a hash with the top bit set.
    """
    if len(term) == 2 and all(CJK_FIRST <= ord(character) <= CJK_LAST for character in term):
        return ord(term[0]) << 16 | ord(term[1])
    digest = blake2b(term.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1 | 1 << 62
