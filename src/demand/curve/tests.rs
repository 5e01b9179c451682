//! Laws of a curve: additive over intervals, the same at every step, equal to its definition worked out by `jiff`.

use super::*;
use crate::distribution::Distribution;
use crate::scenario::{Event, Gaps, Growth, Noise, Per, Rates, Series, SeriesKeys};
use indexmap::IndexMap;
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;

fn instant(text: &str) -> Instant {
    Instant::from_micros(text.parse::<Timestamp>().unwrap().as_microsecond())
}

fn flat() -> Profile {
    Profile {
        time_zone: "UTC".to_owned(),
        size: Distribution::Constant(1.0),
        course: Course::Shape(Shape::EVEN),
        growth: Growth {
            annual: 1.0,
            slope_sd: 0.0,
            walk_sd: 0.0,
        },
        noise: Noise {
            cv: 0.0,
            correlation: Span::HOUR * 6,
            subhourly_cv: 0.0,
        },
        event: IndexMap::new(),
    }
}

/// Everything at once.
fn busy(time_zone: &str) -> Profile {
    let day = std::array::from_fn(|hour| if hour == 3 { 0.0 } else { hour as f64 / 12.0 });
    let week = std::array::from_fn(|weekday| 0.7 + 0.1 * weekday as f64);
    let launch = Event {
        at: instant("2024-03-09T05:17:03Z"),
        multiply: 1.3,
        ramp: Span::DAY * 3,
    };
    let outage = Event {
        at: instant("2024-03-10T10:30:00Z"),
        multiply: 0.5,
        ramp: Span::ZERO,
    };
    let second = Event {
        at: instant("2024-03-10T22:00:00Z"),
        multiply: 2.0,
        ramp: Span::HOUR * 5,
    };
    Profile {
        time_zone: time_zone.to_owned(),
        size: Distribution::Constant(1.0),
        course: Course::Shape(Shape { day, week }),
        growth: Growth {
            annual: 2.0,
            slope_sd: 0.3,
            walk_sd: 0.1,
        },
        noise: Noise {
            cv: 0.2,
            correlation: Span::HOUR * 6,
            subhourly_cv: 0.0,
        },
        event: [("launch", launch), ("outage", outage), ("second", second)]
            .map(|(name, event)| (name.to_owned(), event))
            .into_iter()
            .collect(),
    }
}

/// One draw a replication multiplies all of it, whatever moves it besides, and changes no other draw.
#[test]
fn the_size_is_drawn_once_and_multiplies_all() {
    let start = instant("2024-03-08T00:00:00Z");
    let from = instant("2024-03-09T00:00:00Z");
    let rates = |profile: &Profile, replication: u32| -> Vec<f64> {
        let streams = Streams::new(5, replication);
        let mut curve = Curve::new("x", profile, start, start, &streams).unwrap();
        let hours = (0..48).map(|hour| from + Span::HOUR * hour);
        hours
            .map(|at| curve.mean_rate(at, at + Span::HOUR))
            .collect()
    };
    let plain = busy("UTC");
    let mut sized = plain.clone();
    sized.size = Distribution::Empirical {
        values: vec![0.0, 0.5, 3.0],
        weights: vec![1.0, 1.0, 2.0],
    };
    let mut drawn = [0, 0, 0];
    for replication in 0..400 {
        let (plain, sized) = (rates(&plain, replication), rates(&sized, replication));
        // At noon: this shape has no demand at all at midnight.
        let size = sized[12] / plain[12];
        let which = [0.0, 0.5, 3.0]
            .iter()
            .position(|value: &f64| (value - size).abs() < 1e-9);
        drawn[which.unwrap()] += 1;
        for (plain, sized) in plain.iter().zip(&sized) {
            assert!((sized - size * plain).abs() <= 1e-12 * sized);
        }
    }
    // 100, 100 and 200 of 400, within four standard deviations.
    for (drawn, expected) in drawn.into_iter().zip([100_i32, 100, 200]) {
        assert!((drawn - expected).abs() < 40, "{drawn} {expected}");
    }
}

/// Rates 7 minutes apart, repeated: no other border of a curve is where theirs are.
fn with_series(mut profile: Profile, values: &[f64]) -> Profile {
    let keys = SeriesKeys {
        file: "x.csv".to_owned(),
        time: "t".to_owned(),
        value: "v".to_owned(),
        unit: Per::Second,
        scale: 1.0,
        time_zone: None,
        time_unit: None,
        starts: None,
        gaps: Gaps::Refuse,
        repeat: true,
        sha256: None,
    };
    let rates = Rates::new(instant(FROM), Span::MINUTE * 7, true, values.to_vec());
    profile.course = Course::Series(Series { keys, rates });
    profile
}

const START: &str = "2024-03-01T00:00:00Z";
const FROM: &str = "2024-02-20T00:00:00Z";

fn curve(profile: &Profile, replication: u32) -> Curve {
    let streams = Streams::new(42, replication);
    Curve::new("social", profile, instant(START), instant(FROM), &streams).unwrap()
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs().max(1e-300)
}

#[test]
fn the_shape_follows_the_local_clock() {
    for zone in [
        "America/Los_Angeles",
        "Europe/Berlin",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
    ] {
        let mut profile = busy(zone);
        profile.growth = flat().growth;
        profile.noise.cv = 0.0;
        profile.event.clear();
        let tz = TimeZone::get(zone).unwrap();
        let Course::Shape(shape) = &profile.course else {
            unreachable!("it has a shape");
        };
        let mut curve = curve(&profile, 0);
        let mut at = instant(FROM);
        // Ten-minute steps through both changes of the year: no offset in use cuts them.
        while at < instant("2024-11-10T00:00:00Z") {
            let civil = tz.to_datetime(Timestamp::from_microsecond(at.as_micros()).unwrap());
            let day = shape.day[civil.hour() as usize];
            let week = shape.week[civil.weekday().to_monday_zero_offset() as usize];
            let next = at + Span::MINUTE * 10;
            assert!(
                close(curve.mean_rate(at, next), day * week, 1e-15),
                "{zone} {civil}"
            );
            at = next;
        }
    }
}

#[test]
fn every_step_sees_the_same_demand() {
    let (from, until) = (instant(FROM), instant("2024-04-10T00:00:00Z"));
    let values: Vec<f64> = (0..23).map(|row| f64::from(row * row % 11)).collect();
    for (zone, profile) in [
        ("America/Los_Angeles", busy("America/Los_Angeles")),
        ("Asia/Kolkata", busy("Asia/Kolkata")),
        ("series", with_series(busy("UTC"), &values)),
    ] {
        let area = |step: Span| {
            let mut curve = curve(&profile, 1);
            let mut per_day = Vec::new();
            let mut at = from;
            while at < until {
                let mut sum = 0.0;
                let day_end = at + Span::DAY;
                while at < day_end {
                    sum += curve.mean_rate(at, at + step) * (step / Span::DAY);
                    at += step;
                }
                per_day.push(sum);
            }
            per_day
        };
        let hourly = area(Span::HOUR);
        for step in [
            Span::MINUTE,
            Span::MINUTE * 7 + Span::SECOND * 12,
            Span::HOUR * 6,
            Span::DAY,
        ] {
            for (a, b) in area(step).iter().zip(&hourly) {
                assert!(close(*a, *b, 1e-12), "{zone} {step:?}: {a} {b}");
            }
        }
    }
}

#[test]
fn a_series_is_multiplied_by_growth_events_and_noise() {
    let values: Vec<f64> = (0..23).map(|row| f64::from(row * row % 11)).collect();
    let mean = values.iter().sum::<f64>() / 23.0;
    // One value for all rows leaves what multiplies them.
    let mut others = curve(&with_series(busy("UTC"), &[5.0]), 3);
    let mut whole = curve(&with_series(busy("UTC"), &values), 3);
    let mut at = instant(FROM);
    for row in (0..23).cycle().take(8000) {
        let next = at + Span::MINUTE * 7;
        let expected = others.mean_rate(at, next) * values[row] / mean;
        let rate = whole.mean_rate(at, next);
        assert!(close(rate, expected, 1e-12), "{row}: {rate} {expected}");
        at = next;
    }
    assert!(at > instant("2024-03-20T00:00:00Z"), "all events are over");
}

#[test]
fn copies_of_a_curve_share_its_series() {
    let profile = with_series(flat(), &[1.0; 1000]);
    let Course::Series(series) = &profile.course else {
        unreachable!("it has a series");
    };
    let count = || std::sync::Arc::strong_count(&series.rates.values);
    let before = count();
    let copies = vec![curve(&profile, 0); 10];
    assert_eq!(count(), before + copies.len());
}

#[test]
fn a_clone_sees_the_same() {
    let mut ahead = curve(&busy("Europe/Berlin"), 2);
    let mut at = instant(FROM);
    for _ in 0..3000 {
        let next = at + Span::MINUTE * 25;
        let mut copy = ahead.clone();
        let rate = ahead.mean_rate(at, next);
        assert_eq!(rate, copy.mean_rate(at, next));
        assert_eq!(
            rate,
            ahead.mean_rate(at, next),
            "the last cells may be read again"
        );
        at = Instant::max(at, cell_start(cell_of(next)));
    }
}

#[test]
fn switching_one_thing_on_leaves_the_other_draws() {
    let at = instant("2024-06-01T12:00:00Z");
    let rate = |profile: &Profile| curve(profile, 3).mean_rate(at, at + Span::HOUR);
    let with = |slope_sd, walk_sd, cv| {
        let mut profile = flat();
        (
            profile.growth.slope_sd,
            profile.growth.walk_sd,
            profile.noise.cv,
        ) = (slope_sd, walk_sd, cv);
        rate(&profile)
    };
    let (slope, walk, noise) = (
        with(0.3, 0.0, 0.0),
        with(0.0, 0.1, 0.0),
        with(0.0, 0.0, 0.2),
    );
    for factor in [slope, walk, noise] {
        assert!((factor - 1.0).abs() > 1e-4, "{factor}");
    }
    assert!(close(with(0.3, 0.1, 0.2), slope * walk * noise, 1e-13));
    assert!(close(with(0.0, 0.1, 0.2), walk * noise, 1e-13));
}

#[test]
fn growth_keeps_its_mean_and_has_its_spread() {
    let (start, years) = (instant(START), 2.0);
    let mut profile = flat();
    profile.growth = Growth {
        annual: 2.0,
        slope_sd: 0.2,
        walk_sd: 0.3,
    };
    let at = start + Span::HOUR * (2 * 8766);
    let replications = 4000;
    let mut factors = Vec::new();
    for replication in 0..replications {
        let mut curve = curve(&profile, replication);
        factors.push(curve.mean_rate(at, at + Span::MICROSECOND));
    }
    let n = f64::from(replications);
    let mean = factors.iter().sum::<f64>() / n;
    let variance_of_log: f64 = 0.2 * 0.2 * years * years + 0.3 * 0.3 * years;
    let half_width = 4.0 * 4.0 * (variance_of_log.exp_m1() / n).sqrt();
    assert!((mean - 4.0).abs() < half_width, "{mean} ± {half_width}");
    let logs: Vec<f64> = factors.iter().map(|factor| factor.ln()).collect();
    let mean_log = logs.iter().sum::<f64>() / n;
    let variance = logs.iter().map(|log| (log - mean_log).powi(2)).sum::<f64>() / (n - 1.0);
    let half_width = 4.0 * (variance_of_log / n).sqrt();
    assert!(
        (mean_log - (4.0_f64.ln() - variance_of_log / 2.0)).abs() < half_width,
        "{mean_log}"
    );
    assert!(
        (variance / variance_of_log - 1.0).abs() < 4.0 * (2.0 / n).sqrt(),
        "{variance}"
    );
}

#[test]
fn growth_is_one_at_the_start_and_known_before() {
    let mut profile = flat();
    profile.growth = Growth {
        annual: 3.0,
        slope_sd: 0.0,
        walk_sd: 0.5,
    };
    let mut curve = curve(&profile, 0);
    let (from, start) = (instant(FROM), instant(START));
    let years = -(start - from - Span::MINUTE * 30).as_days() / 365.25;
    assert!(close(
        curve.mean_rate(from, from + Span::HOUR),
        3_f64.powf(years),
        1e-12
    ));
    let at_start = curve.mean_rate(start, start + Span::HOUR);
    assert!(
        (at_start - 1.0).abs() < 1e-4,
        "half an hour's growth, no walk yet: {at_start}"
    );
}

#[test]
fn the_first_rates_are_pinned() {
    let mut curve = curve(&busy("America/New_York"), 0);
    let at = instant("2024-03-10T04:00:00Z");
    let rates: [f64; 6] = std::array::from_fn(|i| {
        let hour = at + Span::HOUR * i as i64;
        curve.mean_rate(hour, hour + Span::HOUR)
    });
    let expected = [
        2.5614866039709456,
        0.0,
        0.10704082476077542,
        0.0,
        0.490111280201678,
        0.556542313933091,
    ];
    for (rate, expected) in rates.iter().zip(expected) {
        assert!(close(*rate, expected, 1e-12), "{rates:?}");
    }
}

#[test]
fn far_years_and_hostile_growth_stay_finite() {
    for (start, annual) in [
        ("0001-01-01T00:00:00Z", 1e9),
        ("9999-06-01T00:00:00Z", 1e-9),
        ("1850-01-01T00:00:00Z", 2.0),
    ] {
        for zone in ["Europe/Berlin", "UTC", "Asia/Kolkata"] {
            let mut profile = busy(zone);
            profile.growth.annual = annual;
            let start = instant(start);
            let streams = Streams::new(0, 0);
            let mut curve = Curve::new("x", &profile, start, start, &streams).unwrap();
            let end = start + Span::DAY * 200;
            assert!(curve.mean_rate(start, end).is_finite());
            assert!(curve.mean_rate(end, end).is_finite());
        }
    }
    for at in [Instant::MIN, Instant::MAX - Span::HOUR * 3] {
        let mut curve =
            Curve::new("x", &busy("Europe/Berlin"), at, at, &Streams::new(0, 0)).unwrap();
        assert!(curve.mean_rate(at, at + Span::HOUR * 5).is_finite());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn means_add_up(
        a in 0_i64..86_400 * 40, first in 1_i64..200_000, second in 1_i64..200_000, zone in 0_usize..4,
    ) {
        let zone = ["Asia/Kolkata", "America/Los_Angeles", "Europe/Berlin", "series"][zone];
        let a = instant(FROM) + Span::SECOND * a;
        let (b, c) = (a + Span::SECOND * first, a + Span::SECOND * (first + second));
        let profile = match zone {
            "series" => with_series(busy("UTC"), &[3.0, 0.0, 1.0, 9.0, 0.5]),
            _ => busy(zone),
        };
        let whole = curve(&profile, 4).mean_rate(a, c);
        let mut parts = curve(&profile, 4);
        let sum = parts.mean_rate(a, b) * ((b - a) / (c - a)) + parts.mean_rate(b, c) * ((c - b) / (c - a));
        prop_assert!((whole - sum).abs() <= 1e-13 * whole.max(1e-3), "{} {}", whole, sum);
    }
}
