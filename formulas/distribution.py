"""The few distributions that the tests need: normal, beta, binomial, hypergeometric."""

from __future__ import annotations

from math import comb, erfc, exp, lgamma, log, log1p, sqrt

CLOSE = 1e-15
TIE = 1 + 1e-7
"""Outcomes this little likelier than the one observed count as equally likely."""


def normal_two_sided(z: float) -> float:
    """Return the chance that a standard normal is at least as far from 0 as `z`.

    >>> round(normal_two_sided(1.959963984540054), 12)
    0.05
    """
    return erfc(abs(z) / sqrt(2))


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function.

    >>> round(beta_cdf(0.5, 3, 3), 12)
    0.5
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_tail(1 - x, x, b, a)
    return _beta_tail(x, 1 - x, a, b)


def _beta_tail(x: float, rest: float, a: float, b: float) -> float:
    """Sum the continued fraction where it converges fast: below the middle."""
    size = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest)
    return exp(size) * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction of the incomplete beta function, by Lentz's method."""
    upper, lower = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value, change, m = lower, 0.0, 0
    while abs(change - 1) > CLOSE:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower, upper = 1 / (1 + even * lower), 1 + even / upper
        value *= lower * upper
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        lower, upper = 1 / (1 + odd * lower), 1 + odd / upper
        change = lower * upper
        value *= change
    return value


def beta_quantile(chance: float, a: float, b: float) -> float:
    """Return the x below which a beta distribution lies with this chance.

    >>> round(beta_quantile(0.975, 1, 10), 6)
    0.308497
    """
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if beta_cdf(middle, a, b) < chance:
            low = middle
        else:
            high = middle
    return high


def binomial_two_sided(successes: int, n: int, share: float) -> float:
    """Return the chance of an outcome no likelier than the one observed, exactly.

    >>> round(binomial_two_sided(99, 189, 0.5), 4)
    0.5607
    """
    peak = min(int((n + 1) * share), n)
    if successes == peak:
        return 1.0
    if successes > peak:
        return binomial_two_sided(n - successes, n, 1 - share)
    limit = _log_binomial(successes, n, share) + log(TIE)
    low, high = peak, n + 1
    while low < high:  # the first outcome above the peak that is no likelier
        middle = (low + high) // 2
        if _log_binomial(middle, n, share) <= limit:
            high = middle
        else:
            low = middle + 1
    below = beta_cdf(1 - share, n - successes, successes + 1)
    above = beta_cdf(share, low, n - low + 1) if low <= n else 0.0
    return min(below + above, 1.0)


def _log_binomial(successes: int, n: int, share: float) -> float:
    ways = lgamma(n + 1) - lgamma(successes + 1) - lgamma(n - successes + 1)
    return ways + successes * log(share) + (n - successes) * log1p(-share)


def fisher_two_sided(successes: tuple[int, int], n: tuple[int, int]) -> float:
    """Return Fisher's exact p-value of two shares, in whole numbers.

    >>> round(fisher_two_sided((1, 8), (10, 10)), 6)
    0.005477
    >>> round(fisher_two_sided((500_000, 0), (1_000_000, 3)), 6)
    0.249999
    """
    successes, n = _turned(successes, n)
    total = sum(successes)
    first, last = max(0, total - n[1]), min(total, n[0])
    ways = comb(n[0], first) * comb(n[1], total - first)
    observed = comb(n[0], successes[0]) * comb(n[1], successes[1])
    rare = 0
    for outcome in range(first, last + 1):
        rare += ways if ways <= observed else 0
        ways = ways * (n[0] - outcome) * (total - outcome)
        ways //= (outcome + 1) * (n[1] - total + outcome + 1)
    return rare / comb(sum(n), total)


def _turned(successes: tuple[int, int], n: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Return the same table of four counts with its smallest margin as the successes."""
    failures = n[0] - successes[0], n[1] - successes[1]
    groups = sum(successes), sum(failures)
    tables = (
        (successes, n),
        (failures, n),
        ((successes[0], failures[0]), groups),
        ((successes[1], failures[1]), groups),
    )
    return min(tables, key=lambda table: sum(table[0]))
