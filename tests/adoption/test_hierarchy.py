"""The hierarchy's posterior equals conditioning the joint normal at once, and never believes more than it may."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.adoption.hierarchy import Belief, Pooled, Shares, declared, firm_prior, pooled_variance, update

means = st.floats(-0.5, 0.5)
spreads = st.floats(0.002, 0.5)
pools = st.lists(st.tuples(means, spreads), max_size=4)


def conditioned(world, own, others, measured, shares):
    """Mean and variance of θ from the joint normal of (θ, own mean, other means, measurement), by Schur complement."""
    s2 = world.variance
    pooled = [*[(mean, sd, True) for mean, sd in own], *[(mean, sd, False) for mean, sd in others]]
    size = 1 + len(pooled) + len(measured)
    covariance = np.full((size, size), shares.world * s2)
    mine = [0, *(1 + i for i, (_, _, is_own) in enumerate(pooled) if is_own), *range(1 + len(pooled), size)]
    covariance[np.ix_(mine, mine)] += shares.group * s2
    firm = [0, *range(1 + len(pooled), size)]
    covariance[np.ix_(firm, firm)] += shares.firm * s2
    for i, (_, sd, is_own) in enumerate(pooled, start=1):
        covariance[i, i] += sd**2 + (0 if is_own else shares.group * s2)
    for i, (_, sd) in enumerate(measured, start=1 + len(pooled)):
        covariance[i, i] += sd**2
    seen = np.array([*[mean for mean, _, _ in pooled], *[mean for mean, _ in measured]])
    if not len(seen):
        return world.mean, covariance[0, 0]
    gain = np.linalg.solve(covariance[1:, 1:], covariance[0, 1:])
    return world.mean + gain @ (seen - world.mean), covariance[0, 0] - gain @ covariance[1:, 0]


@given(
    means,
    st.floats(0.05, 0.5),
    pools.map(lambda found: found[:1]),
    pools,
    pools,
    st.floats(0.1, 0.8),
    st.floats(0.1, 0.9),
)
def test_the_posterior_is_the_joint_normals_conditional(mean, spread, own, others, measured, share, part):
    shares = Shares(world=share, group=(1 - share) * part, firm=(1 - share) * (1 - part), source="t", status="t")
    world = Belief(mean, spread)
    pooled = [*(Pooled(m, sd**2, True) for m, sd in own), *(Pooled(m, sd**2, False) for m, sd in others)]
    belief = firm_prior(world, pooled, shares)
    for one_mean, one_spread in measured:
        belief = update(belief, Belief(one_mean, one_spread))
    exact_mean, exact_variance = conditioned(world, own, others, measured, shares)
    assert belief.mean == pytest.approx(exact_mean, abs=1e-9)
    assert belief.variance == pytest.approx(exact_variance, rel=1e-7, abs=1e-12)


@given(means, spreads)
def test_with_nothing_pooled_a_firm_believes_the_manifest(mean, spread):
    belief = firm_prior(Belief(mean, spread), [], declared().effect_variance)
    assert (belief.mean, belief.standard_deviation) == (pytest.approx(mean), pytest.approx(spread))


@given(means, spreads, pools)
def test_other_firms_never_make_a_firm_surer_than_firms_differ(mean, spread, others):
    shares = declared().effect_variance
    pooled = [Pooled(m, sd**2, index == 0) for index, (m, sd) in enumerate(others)]
    belief = firm_prior(Belief(mean, spread), pooled, shares)
    assert shares.firm * spread**2 <= belief.variance * (1 + 1e-9)
    assert belief.variance <= spread**2 * (1 + 1e-9)


def test_the_same_mean_of_more_firms_pulls_harder():
    world, shares = Belief(-0.02, 0.004), declared().effect_variance
    pulled = [
        firm_prior(world, [Pooled(-0.01, pooled_variance(world, shares, firms, 0.0), True)], shares).mean
        for firms in (5, 50, 500)
    ]
    assert -0.02 < pulled[0] < pulled[1] < pulled[2] < -0.01


@given(means, spreads, means, spreads, means, spreads)
def test_the_order_of_measurements_does_not_matter(m0, s0, m1, s1, m2, s2):
    first, second = Belief(m1, s1), Belief(m2, s2)
    one, other = update(update(Belief(m0, s0), first), second), update(update(Belief(m0, s0), second), first)
    assert one.mean == pytest.approx(other.mean, abs=1e-9)
    assert one.standard_deviation == pytest.approx(other.standard_deviation, rel=1e-9)
