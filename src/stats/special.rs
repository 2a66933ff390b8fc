//! The functions that intervals and tests stand on: normal and beta distributions, log gamma.
//!
//! Good to about ten digits for counts up to millions; arguments outside a function's range give its nearest end.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI, SQRT_2};

/// Where a series or a continued fraction is done.
const STILL: f64 = 1e-16;
/// Keeps the continued fractions of Lentz from dividing by 0.
const TINY: f64 = 1e-300;

/// What `erf` leaves to 1: by its series near 0, by its continued fraction further out.
fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        return f64::NAN;
    }
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    if x < 2.0 {
        let mut term = x;
        let mut sum = x;
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            let part = term / f64::from(2 * n + 1);
            sum += part;
            if part.abs() < STILL * sum.abs() {
                break;
            }
        }
        return 1.0 - sum * 2.0 / PI.sqrt();
    }
    if x > 28.0 {
        return 0.0;
    }
    let mut below = 0.0;
    for n in (1..=120).rev() {
        below = f64::from(n) / 2.0 / (x + below);
    }
    (-x * x).exp() / PI.sqrt() / (x + below)
}

/// Chance that a standard normal is further from 0 than `z`, on either side.
pub(super) fn two_sided(z: f64) -> f64 {
    erfc(z.abs() * FRAC_1_SQRT_2)
}

/// How far from 0 a standard normal stays with this chance (0.95: 1.96). `None` outside (0, 1).
pub(super) fn reach(confidence: f64) -> Option<f64> {
    if !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let outside = 1.0 - confidence;
    // Newton's method from a start on the far side of the answer: the tail is convex, so it cannot overshoot.
    let mut z = 0.0_f64;
    for _ in 0..200 {
        let slope = 2.0 * (-z * z / 2.0).exp() / (2.0 * PI).sqrt();
        let step = (two_sided(z) - outside) / slope;
        z += step;
        if step.abs() < 1e-14 {
            break;
        }
    }
    z.is_finite().then_some(z)
}

/// As [`reach`], of Student's t with so many degrees of freedom (above 0).
pub(super) fn reach_t(confidence: f64, freedom: f64) -> Option<f64> {
    if !(confidence > 0.0 && confidence < 1.0 && freedom > 0.0) {
        return None;
    }
    // t² / (freedom + t²) is Beta(½, freedom / 2).
    let y = beta_quantile(confidence, 0.5, freedom / 2.0);
    let t = (freedom * y / (1.0 - y)).sqrt();
    t.is_finite().then_some(t)
}

/// ln Γ(x) for x > 0, by the approximation of Lanczos (g = 7, nine terms).
pub(super) fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (PI / (PI * x).sin()).abs().ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let base = x + 7.5;
    let sum = TERMS
        .iter()
        .zip(1..)
        .fold(0.999_999_999_999_809_9, |sum, (term, at)| sum + term / (x + f64::from(at)));
    (2.0 * PI).sqrt().ln() + (x + 0.5) * base.ln() - base + sum.ln()
}

/// ln of the number of ways to choose `k` of `n`.
pub(super) fn ln_choose(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

/// ln of the chance of exactly `k` heads in `n` throws of a fair coin.
pub(super) fn ln_fair(k: f64, n: f64) -> f64 {
    ln_choose(n, k) - n * LN_2
}

/// The distribution function of Beta(a, b) at x: its continued fraction, on the side where it is short.
fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_fraction(1.0 - x, b, a);
    }
    beta_fraction(x, a, b)
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let front = a * x.ln() + b * (-x).ln_1p() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    let safe = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut upper = 1.0;
    let mut lower = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    let mut all = lower;
    // It takes about the square root of the larger of a and b; far fewer than this for any count of rows.
    for step in 1..20_000 {
        let step = f64::from(step);
        let twice = a + 2.0 * step;
        let even = step * (b - step) * x / ((twice - 1.0) * twice);
        let odd = -(a + step) * (a + b + step) * x / (twice * (twice + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            lower = 1.0 / safe(1.0 + term * lower);
            upper = safe(1.0 + term / upper);
            change = lower * upper;
            all *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    (front.exp() * all / a).clamp(0.0, 1.0)
}

/// The x below which Beta(a, b) lies with chance `p`, by halving: slow and sure.
pub(super) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..90 {
        let middle = f64::midpoint(low, high);
        if beta(middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
        if high - low < 1e-15 * high {
            break;
        }
    }
    f64::midpoint(low, high)
}

/// What chi-squared with one degree of freedom leaves above `x`.
pub(super) fn chi_squared_tail(x: f64) -> f64 {
    erfc(x.max(0.0).sqrt() / SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        for (confidence, z) in
            [(0.95, 1.959_963_984_540_054), (0.9, 1.644_853_626_951_472_7), (0.99, 2.575_829_303_5)]
        {
            assert!((reach(confidence).unwrap() - z).abs() < 1e-9, "{confidence}");
            assert!((two_sided(z) - (1.0 - confidence)).abs() < 1e-10, "{confidence}");
        }
        for outside in [0.0, 1.0, -1.0, f64::NAN, 7.0] {
            assert_eq!(reach(outside), None);
        }
        for (freedom, t) in [(1.0, 12.706_204_736), (9.0, 2.262_157_163), (1e6, 1.959_966_357)] {
            assert!((reach_t(0.95, freedom).unwrap() - t).abs() < 1e-8, "{freedom}");
        }
        assert_eq!(reach_t(0.95, 0.0), None);
        // The same from both sides of the place where one form takes over from the other.
        assert!((erfc(2.0 - 1e-12) - erfc(2.0)).abs() < 1e-12);
        assert!((erfc(0.5) - 0.479_500_122_186_953_5).abs() < 1e-14);
        assert!((erfc(3.0) / 2.209_049_699_858_544e-5 - 1.0).abs() < 1e-12);
        assert!((ln_gamma(5.0) - 24.0_f64.ln()).abs() < 1e-12);
        assert!((ln_gamma(0.5) - PI.sqrt().ln()).abs() < 1e-12);
        assert!((beta(0.3, 1.0, 1.0) - 0.3).abs() < 1e-14);
        assert!((beta_quantile(0.5, 400_000.0, 400_000.0) - 0.5).abs() < 1e-9);
    }
}
