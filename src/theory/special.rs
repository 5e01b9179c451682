//! Special functions that stay accurate where the textbook expression loses its digits.
//!
//! `erfcx` is the complementary error function without its Gaussian factor (W. J. Cody, "Rational Chebyshev
//! approximations for the error function", Math. Comp. 23, 1969); `drop_below_line` is `mu - ln(1 + mu)`
//! without cancellation; `stirling_ratio` is the factor that turns Stirling's formula into the gamma function.

const SQRT_2PI: f64 = 2.506_628_274_631_000_5;
const INV_SQRT_PI: f64 = 0.564_189_583_547_756_3;

/// Scaled complementary error function `e^(x²)·erfc(x)`.
///
/// Relative error about 1e-15 for `x >= 0`. Tends to `1/(x·√π)` to the right and overflows to infinity below
/// `x = -26.6`, as the function itself does.
#[must_use]
pub fn erfcx(x: f64) -> f64 {
    let size = x.abs();
    if size <= 0.468_75 {
        return (x * x).exp() * (1.0 - small_erf(x));
    }
    let right = if size <= 4.0 {
        middle_erfcx(size)
    } else {
        far_erfcx(size)
    };
    if x > 0.0 {
        right
    } else {
        2.0 * (x * x).exp() - right
    }
}

/// `e^x`, without the detour that the general function takes where the result is 0: large queues ask
/// for such tails all the time.
#[must_use]
pub fn exp(x: f64) -> f64 {
    /// Below this the result rounds to 0.
    const UNDERFLOW: f64 = -745.14;
    if x < UNDERFLOW { 0.0 } else { x.exp() }
}

/// `mu - ln(1 + mu)`, how far the logarithm lies below its tangent at zero; never negative, 0 at `mu = 0`.
///
/// `mu > -1`; infinite at `mu <= -1`. Relative error below 5e-15 also where `mu` is tiny and the plain
/// expression would cancel: the series of `2·artanh(mu/(2 + mu))` is used for `|mu| < 0.1`.
#[must_use]
pub fn drop_below_line(mu: f64) -> f64 {
    if mu <= -1.0 {
        return f64::INFINITY;
    }
    if mu.abs() >= 0.1 {
        return mu - mu.ln_1p();
    }
    let r = mu / (2.0 + mu);
    let tail = horner(&ODD_RECIPROCALS, r * r);
    // The leading term of the logarithm, 2r, leaves mu·r when taken from mu.
    r * (mu - 2.0 * r * r * tail)
}

/// `Γ(c + 1) / (√(2πc)·(c/e)^c)`, which is 1 + 1/(12c) + … .
///
/// Relative error below 2e-14 for `c >= 16` (ten terms of Stirling's series); not meant for smaller `c`.
#[must_use]
pub fn stirling_ratio(c: f64) -> f64 {
    horner(&STIRLING, c.recip())
}

/// `√(2πc)·stirling_ratio(c)`, the ratio of `Γ(c + 1)` to `(c/e)^c`, for `c >= 16`.
#[must_use]
pub fn stirling_prefactor(c: f64) -> f64 {
    SQRT_2PI * c.sqrt() * stirling_ratio(c)
}

/// The polynomial with these coefficients, lowest power first, at `x`.
///
/// Even and odd powers are summed side by side, which halves the wait of one multiplication for the last.
#[must_use]
pub fn horner<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let square = x * x;
    let fold = |sum: f64, c: &f64| sum * square + c;
    let (even, odd) = (
        coefficients.iter().step_by(2),
        coefficients.iter().skip(1).step_by(2),
    );
    even.rev().fold(0.0, fold) + x * odd.rev().fold(0.0, fold)
}

/// 1/3, 1/5, 1/7, … of the inverse hyperbolic tangent.
const ODD_RECIPROCALS: [f64; 7] = [
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
];

/// Stirling's series in 1/c.
const STIRLING: [f64; 10] = [
    1.0,
    0.083_333_333_333_333_33,
    0.003_472_222_222_222_222,
    -0.002_681_327_160_493_827,
    -0.000_229_472_093_621_399_18,
    0.000_784_039_221_720_066_6,
    0.000_069_728_137_583_658_58,
    -0.000_592_166_437_353_693_9,
    -0.000_051_717_909_082_605_92,
    0.000_839_498_720_672_087_3,
];

/// erf(x) for |x| <= 0.46875.
fn small_erf(x: f64) -> f64 {
    let numerator = horner(
        &[
            3_209.377_589_138_469_4,
            377.485_237_685_302,
            113.864_154_151_050_16,
            3.161_123_743_870_565_5,
            0.185_777_706_184_603_15,
        ],
        x * x,
    );
    let denominator = horner(
        &[
            2_844.236_833_439_171,
            1_282.616_526_077_372_3,
            244.024_637_934_444_17,
            23.601_290_952_344_122,
            1.0,
        ],
        x * x,
    );
    x * numerator / denominator
}

/// erfcx(x) for 0.46875 <= x <= 4.
fn middle_erfcx(x: f64) -> f64 {
    let numerator = horner(
        &[
            1_230.339_354_797_997_2,
            2_051.078_377_826_071_6,
            1_712.047_612_634_070_7,
            881.952_221_241_769,
            298.635_138_197_400_1,
            66.119_190_637_141_63,
            8.883_149_794_388_377,
            0.564_188_496_988_670_1,
            2.153_115_354_744_038_3e-8,
        ],
        x,
    );
    let denominator = horner(
        &[
            1_230.339_354_803_749_5,
            3_439.367_674_143_721_6,
            4_362.619_090_143_247,
            3_290.799_235_733_459_7,
            1_621.389_574_566_690_3,
            537.181_101_862_009_9,
            117.693_950_891_312_5,
            15.744_926_110_709_835,
            1.0,
        ],
        x,
    );
    numerator / denominator
}

/// erfcx(x) for x >= 4.
fn far_erfcx(x: f64) -> f64 {
    let square = (x * x).recip();
    let numerator = horner(
        &[
            0.000_658_749_161_529_837_8,
            0.016_083_785_148_742_275,
            0.125_781_726_111_229_26,
            0.360_344_899_949_804_45,
            0.305_326_634_961_232_36,
            0.016_315_387_137_302_097,
        ],
        square,
    );
    let denominator = horner(
        &[
            0.002_335_204_976_268_691_8,
            0.060_518_341_312_441_32,
            0.527_905_102_951_428_5,
            1.872_952_849_923_460_4,
            2.568_520_192_289_822,
            1.0,
        ],
        square,
    );
    (INV_SQRT_PI - square * numerator / denominator) / x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erfcx_agrees_with_an_independent_erfc() {
        for step in 0..=2_500 {
            let x = f64::from(step) * 0.01;
            let reference = libm::erfc(x) * (x * x).exp();
            // The reference itself loses x² units in the last place to its exponential.
            let tolerance = 4e-16 * (4.0 + x * x);
            assert!((erfcx(x) / reference - 1.0).abs() < tolerance, "x = {x}");
        }
        assert!((erfcx(1e8) * 1e8 / INV_SQRT_PI - 1.0).abs() < 1e-15);
        assert!((erfcx(-2.0) / (libm::erfc(-2.0) * 4f64.exp()) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn logarithm_below_its_tangent() {
        for mu in [-0.999, -0.5, -0.11, 0.11, 0.7, 9.0_f64] {
            assert!((drop_below_line(mu) / (mu - mu.ln_1p()) - 1.0).abs() < 1e-15);
        }
        for mu in [-1e-4, 1e-9, 1e-4_f64] {
            let series = mu * mu * (0.5 - mu / 3.0 + mu * mu / 4.0 - mu * mu * mu / 5.0);
            assert!((drop_below_line(mu) / series - 1.0).abs() < 2e-15);
        }
        let (below, above) = (drop_below_line(0.1 - 1e-16), drop_below_line(0.1));
        assert!((above / below - 1.0).abs() < 1e-14);
        assert_eq!(drop_below_line(-1.0), f64::INFINITY);
    }

    #[test]
    fn stirling_gives_the_factorial() {
        let factorial_20 = 2_432_902_008_176_640_000.0;
        let value = stirling_prefactor(20.0) * (20.0 * (20f64.ln() - 1.0)).exp();
        assert!((value / factorial_20 - 1.0).abs() < 2e-14);
        let factorial_16 = 20_922_789_888_000.0;
        let value = stirling_prefactor(16.0) * (16.0 / std::f64::consts::E).powi(16);
        assert!((value / factorial_16 - 1.0).abs() < 2e-14);
    }
}
