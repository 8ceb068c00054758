r"""Numbers in Chinese characters, by the rules of standard Mandarin."""

from lstmbook.core.checks import check_int

DIGITS = "零一二三四五六七八九"
UNITS = ("", "十", "百", "千")


def chinese(number: int) -> str:
    r"""Return a number from 0 to 99,999,999 in Chinese characters.

    Runs of zeros inside are one 零; ten to nineteen at the head have no 一; four digits make a
    group, the second of which ends in 万.

    Examples
    --------
    >>> [chinese(n) for n in (0, 10, 15, 110, 1001, 20_000, 100_203, 10_110)]
    ['零', '十', '十五', '一百一十', '一千零一', '二万', '十万零二百零三', '一万零一百一十']
    """
    number = check_int("number", number, least=0, most=99_999_999)
    if number == 0:
        return DIGITS[0]
    high, low = divmod(number, 10_000)
    text = _group(high) + "万" if high else ""
    if low:
        text += ("零" if high and low < 1000 else "") + _group(low)
    return text.removeprefix("一") if text.startswith("一十") else text


def _group(number: int) -> str:
    r"""Four digits, 1 to 9999."""
    out, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            out += ("零" if gap and out else "") + DIGITS[digit] + UNITS[place]
            gap = False
        else:
            gap = True
    return out
