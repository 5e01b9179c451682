//! Laws that every family must keep: moments against quadrature, cdf against quantile, draws against moments; and the
//! first draws of each, pinned.

use super::*;
use crate::kernel::Streams;

fn families() -> Vec<Distribution> {
    let mut all = vec![
        Distribution::Constant(3.0),
        Distribution::Uniform { from: 1.0, to: 4.0 },
        Distribution::Uniform { from: 2.0, to: 2.0 },
        Distribution::Exponential { mean: 2.5 },
        Distribution::Exponential { mean: 0.0 },
        Distribution::Pareto {
            shape: 1.0,
            min: 1.0,
            max: 100.0,
        },
        Distribution::Pareto {
            shape: 2.0,
            min: 0.5,
            max: 50.0,
        },
        Distribution::Pareto {
            shape: 0.3,
            min: 10.0,
            max: 11.0,
        },
        Distribution::Pareto {
            shape: 2.7,
            min: 3.0,
            max: 3.0,
        },
        Distribution::Empirical {
            values: vec![64.0, 8.0, 16.0, 256.0, 8.0, 1.0],
            weights: vec![1.0, 4.0, 2.0, 1.0, 2.0, 0.0],
        },
    ];
    for cv in [0.0, 1e-3, 0.1, 0.5, 1.0, 1.7, 3.0] {
        let mean = 1155.0;
        all.push(Distribution::Lognormal { mean, cv });
        for within in [0.1, 2.0, f64::INFINITY] {
            all.push(Distribution::Normal { mean, cv, within });
        }
        all.push(Distribution::Gamma { mean, cv });
        all.push(Distribution::Weibull { mean, cv });
    }
    all
}

/// ∫₀¹ f(quantile(u)) du, by the substitution u = 1/(1 + e^(−y)) that flattens both ends.
fn integral(sampler: &Sampler, f: impl Fn(f64) -> f64) -> f64 {
    let (reach, cells) = (36.0, 40_000);
    let width = 2.0 * reach / f64::from(cells);
    (0..cells)
        .map(|i| {
            let y = -reach + width * (f64::from(i) + 0.5);
            let u = 1.0 / (1.0 + (-y).exp());
            width * u / (1.0 + y.exp()) * f(sampler.quantile(u))
        })
        .sum()
}

#[test]
fn moments_are_those_of_the_quantile() {
    for distribution in families() {
        let sampler = Sampler::new(&distribution);
        let mean = integral(&sampler, |x| x);
        let square = integral(&sampler, |x| (x - mean) * (x - mean));
        let steps = matches!(distribution, Distribution::Empirical { .. });
        let tolerance = if steps { 2e-3 } else { 2e-6 };
        let error = (mean - distribution.mean()).abs() / distribution.mean().max(1e-9);
        assert!(error < tolerance, "{distribution:?}: {mean} {error:e}");
        let cv2 = square / (mean * mean).max(1e-9);
        // The far tail of a lognormal with cv 3 lies beyond the quadrature.
        let tolerance = if distribution.cv2() > 5.0 {
            1e-3
        } else {
            tolerance.max(1e-5)
        };
        let error = (cv2 - distribution.cv2()).abs() / distribution.cv2().max(1e-9);
        assert!(error < tolerance, "{distribution:?}: {cv2} {error:e}");
    }
}

#[test]
fn the_cdf_undoes_the_quantile() {
    for distribution in families() {
        let sampler = Sampler::new(&distribution);
        let mut last = 0.0;
        for i in 1..200 {
            let p = f64::from(i) / 200.0;
            let x = sampler.quantile(p);
            assert!(x >= last, "{distribution:?}");
            last = x;
            let back = sampler.cdf(x);
            assert!(back >= p - 1e-11, "{distribution:?}: {p} {back}");
            if distribution.cv2() > 0.0 && !matches!(distribution, Distribution::Empirical { .. }) {
                assert!(back <= p + 1e-11, "{distribution:?}: {p} {back}");
            } else {
                assert!(
                    sampler.cdf(x * (1.0 - 1e-12) - 1e-12) < p,
                    "{distribution:?}: {p}"
                );
            }
        }
    }
}

#[test]
fn draws_have_the_moments_and_the_cdf() {
    for (index, distribution) in families().into_iter().enumerate() {
        let sampler = Sampler::new(&distribution);
        let mut rng = Streams::new(1, 0).stream(&format!("family {index}"), "test");
        let mut draws: Vec<f64> = (0..200_000).map(|_| sampler.sample(&mut rng)).collect();
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let half_width = 4.5 * (distribution.cv2() / n).sqrt() * distribution.mean() + 1e-12;
        assert!(
            (mean - distribution.mean()).abs() < half_width,
            "{distribution:?}: {mean}"
        );
        // Kolmogorov-Smirnov; conservative where there are atoms. P(above 2.2) is about 1e-4.
        draws.sort_by(f64::total_cmp);
        let mut distance = 0.0_f64;
        for (i, x) in draws.iter().enumerate() {
            let next_is_equal = draws.get(i + 1) == Some(x);
            if !next_is_equal {
                distance = distance.max((sampler.cdf(*x) - (i + 1) as f64 / n).abs());
            }
        }
        assert!(distance * n.sqrt() < 2.2, "{distribution:?}: {distance}");
        let fourth: f64 = draws.iter().map(|x| (x - mean).powi(4)).sum::<f64>() / n;
        let variance: f64 = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        let expected = distribution.cv2() * distribution.mean().powi(2);
        let half_width = 6.0 * ((fourth - variance * variance).max(0.0) / n).sqrt() + 1e-12;
        assert!(
            (variance - expected).abs() <= half_width,
            "{distribution:?}: {variance} {expected}"
        );
    }
}

#[test]
fn the_first_draws_are_pinned() {
    let golden: [(Distribution, [f64; 3]); 9] = [
        (Distribution::Constant(7.0), [7.0, 7.0, 7.0]),
        (
            Distribution::Lognormal {
                mean: 10.0,
                cv: 1.0,
            },
            [2.6081744629898997, 30.928044108321107, 31.5348323209835],
        ),
        (
            Distribution::Normal {
                mean: 10.0,
                cv: 1.0,
                within: f64::INFINITY,
            },
            [27.724384996923863, 27.957755564804305, 22.31962792169527],
        ),
        (
            Distribution::Uniform { from: 2.0, to: 4.0 },
            [2.5230215378476926, 3.911224826385845, 3.772606531450065],
        ),
        (
            Distribution::Exponential { mean: 10.0 },
            [10.25923090946739, 23.947176564782065, 30.31820440255207],
        ),
        (
            Distribution::Gamma {
                mean: 10.0,
                cv: 2.0,
            },
            [0.7251492190707398, 50.19516231356336, 49.611766712499474],
        ),
        (
            Distribution::Weibull {
                mean: 10.0,
                cv: 2.0,
            },
            [6.030275321969811, 28.753752804664266, 44.40929775052348],
        ),
        (
            Distribution::Pareto {
                shape: 1.5,
                min: 1.0,
                max: 1e3,
            },
            [1.2239602492668216, 7.973125471082369, 4.260199886713222],
        ),
        (
            Distribution::Empirical {
                values: vec![8.0, 16.0, 64.0],
                weights: vec![3.0, 2.0, 1.0],
            },
            [16.0, 8.0, 8.0],
        ),
    ];
    for (distribution, expected) in golden {
        let sampler = Sampler::new(&distribution);
        let mut rng = Streams::new(42, 0).stream("golden", "test");
        let draws: [f64; 3] = std::array::from_fn(|_| sampler.sample(&mut rng));
        for (draw, expected) in draws.iter().zip(expected) {
            assert!(
                (draw / expected - 1.0).abs() < 1e-12,
                "{distribution:?}: {draws:?}"
            );
        }
    }
}

#[test]
fn the_documented_shift_of_a_truncated_mean() {
    for (cv, shift) in [(0.25, 4e-5), (0.5, 0.0277), (1.0, 0.2877)] {
        let excess = Distribution::Normal {
            mean: 1.0,
            cv,
            within: f64::INFINITY,
        }
        .mean()
            - 1.0;
        assert!((excess / shift - 1.0).abs() < 0.2, "{cv}: {excess}");
    }
}

#[test]
fn what_a_user_may_not_write_is_named() {
    let (values, weights) = (vec![1.0, 2.0], vec![1.0]);
    for (distribution, message) in [
        (
            Distribution::Constant(-1.0),
            "`constant` must be finite and at least 0",
        ),
        (
            Distribution::Normal {
                mean: 1.0,
                cv: f64::NAN,
                within: 2.0,
            },
            "`cv` must be finite and at least 0",
        ),
        (
            Distribution::Uniform { from: 2.0, to: 1.0 },
            "`to` must be at least `from`",
        ),
        (
            Distribution::Pareto {
                shape: 1.0,
                min: 0.0,
                max: 1.0,
            },
            "`min` must be finite and above 0",
        ),
        (
            Distribution::Empirical { values, weights },
            "`weights` must be as many as `values`",
        ),
        (
            Distribution::Empirical {
                values: vec![1.0],
                weights: vec![0.0],
            },
            "`weights` must have a finite sum above 0",
        ),
        (
            Distribution::Empirical {
                values: vec![],
                weights: vec![],
            },
            "`values` must not be empty",
        ),
    ] {
        assert_eq!(
            distribution.check().map_err(|e| e.to_string()),
            Err(message.to_owned())
        );
    }
    for distribution in families() {
        assert_eq!(distribution.check(), Ok(()));
    }
}

#[test]
fn hostile_parameters_do_not_panic_or_hang() {
    let extremes = [
        f64::NAN,
        f64::INFINITY,
        -1.0,
        0.0,
        1e-300,
        1e-9,
        1.0,
        1e9,
        1e300,
    ];
    let mut rng = Streams::new(1, 0).stream("hostile", "test");
    for a in extremes {
        for b in extremes {
            for distribution in [
                Distribution::Constant(a),
                Distribution::Exponential { mean: a },
                Distribution::Lognormal { mean: a, cv: b },
                Distribution::Normal {
                    mean: a,
                    cv: b,
                    within: b,
                },
                Distribution::Gamma { mean: a, cv: b },
                Distribution::Weibull { mean: a, cv: b },
                Distribution::Uniform { from: a, to: b },
                Distribution::Pareto {
                    shape: a,
                    min: b,
                    max: 2.0,
                },
                Distribution::Empirical {
                    values: vec![a, b],
                    weights: vec![b, a, 1.0],
                },
            ] {
                let sampler = Sampler::new(&distribution);
                for p in [f64::NAN, 0.0, 0.3, 1.0] {
                    sampler.cdf(sampler.quantile(p));
                }
                sampler.cdf(1.0);
                sampler.sample(&mut rng);
                Nodes::new(&sampler, 1.0);
                let _ = (
                    distribution.mean(),
                    distribution.cv2(),
                    distribution.check(),
                );
            }
        }
    }
}

#[test]
fn limited_means_are_the_area_above_the_cdf() {
    for family in families() {
        let sampler = Sampler::new(&family);
        let mean = family.mean();
        assert_eq!(sampler.limited_mean(0.0), 0.0, "{family:?}");
        for x in [0.05, 0.4, 0.9, 1.0, 1.3, 4.0].map(|part| part * mean) {
            // The midpoint rule is off by up to a cell at every jump.
            let cells = 20_000;
            let width = x / f64::from(cells);
            let above = (0..cells).map(|i| 1.0 - sampler.cdf(width * (f64::from(i) + 0.5)));
            let area: f64 = above.sum::<f64>() * width;
            let limited = sampler.limited_mean(x);
            assert!(
                (limited - area).abs() <= 1e-8 * mean + 1.01 * width,
                "{family:?} {x}: {limited} {area}"
            );
        }
        let all = sampler.limited_mean(1e9 * (1.0 + mean));
        let error = (all - family.mean()).abs();
        assert!(error <= 1e-8 * family.mean(), "{family:?} {all}");
    }
}
