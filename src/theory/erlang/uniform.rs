//! Temme's uniform expansion of the incomplete gamma function around equal load and servers.
//!
//! With `eta²/2 = rho - 1 - ln(rho)`, `Q(c, a) = erfc(eta·√(c/2))/2 + e^(-c·eta²/2)/√(2πc)·Σ C_k(eta)·c^-k`
//! (N. M. Temme 1979; DLMF 8.12.3 to 8.12.12). Eight terms, each a short Taylor series in eta, give a relative
//! error of 1e-12 at `c = 16` and rounding error from `c = 100` on, for `0.5 <= rho <= 1.5`.

use crate::theory::special::{drop_below_line, erfcx, horner, stirling_prefactor, stirling_ratio};

/// Smallest number of servers at which eight terms are enough.
pub(super) const SERVERS_MIN: f64 = 16.0;
/// Range of `a/c` over which the Taylor series in eta are accurate enough.
pub(super) const UTILISATION: std::ops::RangeInclusive<f64> = 0.5..=1.5;

/// `Q(c, a)/D` with `Q` the regularised upper incomplete gamma function and `D = a^c·e^-a/Γ(c + 1)`.
///
/// For `c >= 16` and `a/c` in the range above; overflows to infinity where `D` vanishes, never to NaN.
pub(super) fn upper_ratio(servers: f64, offered_load: f64) -> f64 {
    let (eta, spread) = eta_and_spread(servers, offered_load);
    stirling_prefactor(servers) * scaled_half(eta.signum() * spread)
        + stirling_ratio(servers) * correction(eta, servers)
}

/// `P(c, a)/D`, the same for the lower incomplete gamma function.
pub(super) fn lower_ratio(servers: f64, offered_load: f64) -> f64 {
    let (eta, spread) = eta_and_spread(servers, offered_load);
    stirling_prefactor(servers) * scaled_half(-eta.signum() * spread)
        - stirling_ratio(servers) * correction(eta, servers)
}

/// Temme's eta, and `|eta|·√(c/2)`.
fn eta_and_spread(servers: f64, offered_load: f64) -> (f64, f64) {
    // The subtraction is exact near rho = 1, which a/c - 1 would not be.
    let excess = (offered_load - servers) / servers;
    let drop = drop_below_line(excess);
    let eta = (2.0 * drop).sqrt().copysign(excess);
    (eta, (servers * drop).sqrt())
}

/// `e^(x²)·erfc(x)/2` with a single exponential.
fn scaled_half(x: f64) -> f64 {
    let half = 0.5 * erfcx(x.abs());
    if x >= 0.0 { half } else { (x * x).exp() - half }
}

/// `Σ C_k(eta)·c^-k`.
fn correction(eta: f64, servers: f64) -> f64 {
    let terms = [
        horner(&C0, eta),
        horner(&C1, eta),
        horner(&C2, eta),
        horner(&C3, eta),
        horner(&C4, eta),
        horner(&C5, eta),
        horner(&C6, eta),
        horner(&C7, eta),
    ];
    horner(&terms, servers.recip())
}

// Taylor coefficients of C_k in eta, from the recurrence of DLMF 8.12.12 in 60-digit arithmetic.
const C0: [f64; 18] = [
    -0.333_333_333_333_333_3,
    0.083_333_333_333_333_33,
    -0.014_814_814_814_814_815,
    0.001_157_407_407_407_407_3,
    0.000_352_733_686_067_019_4,
    -0.000_178_755_144_032_921_8,
    3.919_263_178_522_438e-05,
    -2.185_448_510_679_992e-06,
    -1.854_062_210_715_16e-06,
    8.296_711_340_953_087e-07,
    -1.766_595_273_682_607_8e-07,
    6.707_853_543_401_498e-09,
    1.026_180_978_424_030_9e-08,
    -4.382_036_018_453_353e-09,
    9.147_699_582_236_79e-10,
    -2.551_419_399_494_624_8e-11,
    -5.830_772_132_550_426e-11,
    2.436_194_802_066_741_5e-11,
];
const C1: [f64; 14] = [
    -0.001_851_851_851_851_852,
    -0.003_472_222_222_222_222,
    0.002_645_502_645_502_645_4,
    -0.000_990_226_337_448_559_6,
    0.000_205_761_316_872_427_98,
    -4.018_775_720_164_609e-07,
    -1.809_855_033_448_997_7e-05,
    7.649_160_916_081_11e-06,
    -1.612_090_089_456_344_6e-06,
    4.647_127_802_807_434e-09,
    1.378_633_446_915_721e-07,
    -5.752_545_603_517_705e-08,
    1.195_162_859_977_814_8e-08,
    -1.754_324_171_974_764_7e-11,
];
const C2: [f64; 12] = [
    0.004_133_597_883_597_883,
    -0.002_681_327_160_493_827_3,
    0.000_771_604_938_271_604_9,
    2.009_387_860_082_304_7e-06,
    -0.000_107_366_532_263_651_6,
    5.292_344_882_912_012_5e-05,
    -1.276_063_518_861_872_8e-05,
    3.423_578_734_096_138e-08,
    1.372_195_730_906_293_4e-06,
    -6.298_992_138_380_055e-07,
    1.428_061_420_606_424_2e-07,
    -2.047_709_842_199_086_6e-10,
];
const C3: [f64; 10] = [
    0.000_649_434_156_378_600_8,
    0.000_229_472_093_621_399_17,
    -0.000_469_189_494_395_255_7,
    0.000_267_720_632_062_838_85,
    -7.561_801_671_883_977e-05,
    -2.396_505_113_867_297e-07,
    1.108_265_411_534_730_2e-05,
    -5.674_952_826_991_596_5e-06,
    1.423_090_073_243_588_3e-06,
    -2.786_108_029_152_814_3e-11,
];
const C4: [f64; 9] = [
    -0.000_861_888_290_916_711_7,
    0.000_784_039_221_720_066_6,
    -0.000_299_072_480_303_190_2,
    -1.463_845_257_884_341_8e-06,
    6.641_498_215_465_122e-05,
    -3.968_365_047_179_435e-05,
    1.137_572_697_067_841_9e-05,
    2.507_497_226_237_533e-10,
    -1.695_414_953_655_830_5e-06,
];
const C5: [f64; 8] = [
    -0.000_336_798_553_366_358_13,
    -6.972_813_758_365_857e-05,
    0.000_277_275_324_495_939_2,
    -0.000_199_325_705_161_888_47,
    6.797_780_477_937_208e-05,
    1.419_062_920_643_967e-07,
    -1.359_404_818_976_869_3e-05,
    8.018_470_256_334_202e-06,
];
const C6: [f64; 6] = [
    0.000_531_307_936_463_992_2,
    -0.000_592_166_437_353_693_9,
    0.000_270_878_209_671_804_5,
    7.902_353_232_660_328e-07,
    -8.153_969_367_561_969e-05,
    5.611_682_753_106_25e-05,
];
const C7: [f64; 5] = [
    0.000_344_367_606_892_377_65,
    5.171_790_908_260_592e-05,
    -0.000_334_931_610_811_422_34,
    0.000_281_269_515_476_323_7,
    -0.000_109_765_822_446_847_31,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::FRAC_1_SQRT_2;

    #[test]
    fn the_two_ratios_make_up_the_whole() {
        // P + Q = 1, so the ratios sum to 1/D, here from the library's log-gamma.
        for c in [16.0, 20.5, 60.0] {
            for rho in [0.5, 0.8, 0.999_999, 1.0, 1.2, 1.5] {
                let a: f64 = c * rho;
                let whole = (libm::lgamma(c + 1.0) + a - c * a.ln()).exp();
                let sum = upper_ratio(c, a) + lower_ratio(c, a);
                assert!((sum / whole - 1.0).abs() < 3e-13, "c = {c}, rho = {rho}");
            }
        }
    }

    #[test]
    fn known_to_thirty_digits() {
        // mpmath: gammainc(c, a, inf, regularized=True)·Γ(c + 1)·e^a/a^c.
        for (c, a, expected) in KNOWN {
            assert!(
                (upper_ratio(c, a) / expected - 1.0).abs() < 2e-12,
                "{c} {a}"
            );
        }
    }

    const KNOWN: [(f64, f64, f64); 6] = [
        (16.0, 8.0, 219.758_752_782_247_03),
        (16.25, 16.0, 5.004_591_946_104_981),
        (17.5, 25.0, 1.783_304_296_395_726_9),
        (100.0, 99.0, 13.279_987_035_705_45),
        (1000.5, 990.25, 52.120_998_294_906_92),
        (100000.0, 100300.0, 212.839_204_670_444_9),
    ];

    #[test]
    fn erfc_is_continued_without_a_seam() {
        let reference = libm::erfc(-FRAC_1_SQRT_2) * 0.5f64.exp() * 0.5;
        assert!((scaled_half(-FRAC_1_SQRT_2) / reference - 1.0).abs() < 1e-15);
        assert!((scaled_half(-0.0) - scaled_half(1e-300)).abs() < 1e-16);
    }
}
