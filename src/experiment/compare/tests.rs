//! Comparisons held against hand-calculated and published numbers.

use super::*;
use crate::results::EntityType;
use crate::results::read::Draw;
use crate::results::tables::Mark;

/// Student's own data (1908): hours of sleep that ten patients gained under two drugs.
const SLEEP_A: [f64; 10] = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const SLEEP_B: [f64; 10] = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

fn key(metric: &str) -> SeriesKey {
    SeriesKey {
        metric: metric.to_owned(),
        entity_type: EntityType::Fleet,
        entity: "fleet".to_owned(),
        unit: "USD".to_owned(),
    }
}

fn table(seed: u64, metric: &str, values: &[Option<f64>]) -> ReplicationTable {
    let draws = 0..values.len() as u64;
    ReplicationTable {
        draws: draws
            .map(|replication| Draw { seed, replication })
            .collect(),
        series: [(key(metric), values.to_vec())].into_iter().collect(),
    }
}

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

/// The one row of a comparison of two runs of a metric.
fn row(metric: &str, (seed_a, a): (u64, &[f64]), (seed_b, b): (u64, &[f64])) -> ComparisonRow {
    let (a, b) = (
        table(seed_a, metric, &some(a)),
        table(seed_b, metric, &some(b)),
    );
    let mut comparison = Comparison::of(&a, &b);
    assert_eq!(comparison.rows.len(), 1);
    comparison.rows.remove(0)
}

fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-12,
        "{found} instead of {expected}"
    );
}

/// By hand: differences 1, 2, 3, 4 have mean 2.5 and variance 5/3, so the half-width is t(3) sqrt(5/12).
#[test]
fn four_pairs_by_hand() {
    let found = row(
        "value",
        (1, &[10.0, 12.0, 9.0, 9.0]),
        (1, &[11.0, 14.0, 12.0, 13.0]),
    );
    close(found.mean_a.unwrap(), 10.0);
    close(found.mean_b.unwrap(), 12.5);
    close(found.difference.unwrap(), 2.5);
    close(found.difference_percent().unwrap(), 25.0);
    let half = 3.182_446_305_283_71 * (5.0_f64 / 12.0).sqrt();
    close(found.ci95.unwrap().0, 2.5 - half);
    close(found.ci95.unwrap().1, 2.5 + half);
    // var(A) = 6/3, var(B) = 5/3: pairing leaves 5/3 of 11/3.
    close(found.variance_removed.unwrap(), 6.0 / 11.0);
    assert_eq!((found.replications_a, found.mark), (4, Mark::Better));
}

/// scipy.stats.ttest_rel on Student's data.
#[test]
fn students_sleep_data_paired() {
    let found = row("value", (1, &SLEEP_A), (1, &SLEEP_B));
    close(found.difference.unwrap(), 1.58);
    close(found.ci95.unwrap().0, 0.700_114_236_723_017_5);
    close(found.ci95.unwrap().1, 2.459_885_763_276_983);
    close(found.variance_removed.unwrap(), 0.790_155_041_149_092_3);
    assert_eq!(found.mark, Mark::Better);
}

/// scipy.stats.ttest_ind(equal_var=False) on the same data, as if they were of other patients: 17.776 degrees of freedom.
#[test]
fn students_sleep_data_unpaired() {
    let found = row("value", (1, &SLEEP_A), (2, &SLEEP_B));
    close(found.difference.unwrap(), 1.58);
    close(found.ci95.unwrap().0, -0.205_483_230_711_711_37);
    close(found.ci95.unwrap().1, 3.365_483_230_711_710_4);
    assert_eq!(
        (found.variance_removed, found.mark),
        (None, Mark::NoEvidence)
    );
}

/// scipy.stats.ttest_ind(equal_var=False) of samples of 10 and 20: 9.9047 degrees of freedom.
#[test]
fn unequal_samples_by_welch() {
    let a = [17.2, 20.9, 22.6, 18.1, 21.7, 21.4, 23.5, 24.2, 14.7, 21.8];
    let b = [
        21.5, 22.8, 21.0, 23.0, 21.6, 23.6, 22.5, 20.7, 23.4, 21.8, 20.7, 21.7, 21.5, 22.5, 23.6,
        21.5, 22.5, 23.5, 21.5, 21.8,
    ];
    let found = row("value", (1, &a), (2, &b));
    close(found.ci95.unwrap().0, -0.648_421_325_375_165_8);
    close(found.ci95.unwrap().1, 3.698_421_325_375_163);
    assert_eq!((found.replications_a, found.replications_b), (10, 20));
}

#[test]
fn the_mark_follows_the_metrics_direction() {
    let (low, high) = ([1.0, 2.0, 3.0], [2.0, 3.0, 4.1]);
    for (metric, up, down) in [
        ("net_value", Mark::Better, Mark::Worse),
        ("cost", Mark::Worse, Mark::Better),
        ("capex", Mark::Changed, Mark::Changed),
        ("of_another_version", Mark::Changed, Mark::Changed),
    ] {
        assert_eq!(row(metric, (1, &low), (1, &high)).mark, up, "{metric}");
        assert_eq!(row(metric, (1, &high), (1, &low)).mark, down, "{metric}");
    }
    assert_eq!(row("cost", (1, &low), (1, &low)).mark, Mark::Same);
    assert_eq!(
        row("cost", (1, &low), (1, &[3.0, 1.0, 2.5])).mark,
        Mark::NoEvidence
    );
    // A constant difference has an interval without width, which is evidence all the same.
    let constant = row("cost", (1, &low), (1, &[2.0, 3.0, 4.0]));
    assert_eq!(
        (constant.ci95, constant.mark),
        (Some((1.0, 1.0)), Mark::Worse)
    );
}

#[test]
fn replications_are_paired_by_seed_and_number_wherever_they_stand() {
    let a = table(1, "value", &some(&[1.0, 2.0, 3.0]));
    let mut b = table(1, "value", &some(&[31.0, 12.0, 21.0, 40.0]));
    for (draw, replication) in b.draws.iter_mut().zip([2, 0, 1, 7]) {
        draw.replication = replication;
    }
    let comparison = Comparison::of(&a, &b);
    assert_eq!(
        comparison.pairing,
        Pairing::Paired {
            pairs: 3,
            left_out_of_a: 0,
            left_out_of_b: 1
        }
    );
    // 12 - 1, 21 - 2, 31 - 3.
    close(comparison.rows[0].difference.unwrap(), 58.0 / 3.0);
    close(comparison.rows[0].mean_b.unwrap(), 64.0 / 3.0);
}

#[test]
fn pairs_without_a_value_do_not_count() {
    let a = table(1, "value", &[Some(1.0), None, Some(3.0), Some(4.0)]);
    let b = table(1, "value", &[Some(2.0), Some(9.0), None, Some(6.0)]);
    let found = &Comparison::of(&a, &b).rows[0];
    assert_eq!(
        (found.replications_a, found.mean_a, found.mean_b),
        (2, Some(2.5), Some(4.0))
    );
    let none = table(1, "value", &[None; 4]);
    let found = &Comparison::of(&a, &none).rows[0];
    assert_eq!(
        (found.replications_a, found.mean_a, found.difference),
        (0, None, None)
    );
    assert_eq!(
        (found.ci95, found.mark, found.difference_percent()),
        (None, Mark::NoEvidence, None)
    );
    let elsewhere = table(2, "value", &[None, Some(1.0), None, None]);
    let found = &Comparison::of(&a, &elsewhere).rows[0];
    assert_eq!(
        (found.replications_a, found.replications_b, found.ci95),
        (3, 1, None)
    );
}

#[test]
fn one_replication_has_no_interval() {
    let found = row("value", (1, &[1.0]), (1, &[2.0]));
    assert_eq!(
        (found.difference, found.ci95, found.mark),
        (Some(1.0), None, Mark::NoEvidence)
    );
    let (a, b) = (
        table(1, "value", &some(&[1.0])),
        table(1, "value", &some(&[2.0, 3.0])),
    );
    let comparison = Comparison::of(&a, &b);
    assert!(!comparison.pairing.has_intervals());
    assert!(matches!(
        comparison.pairing,
        Pairing::Paired {
            pairs: 1,
            left_out_of_b: 1,
            ..
        }
    ));
}

#[test]
fn what_only_one_has_is_listed() {
    let mut a = table(1, "value", &some(&[1.0, 2.0]));
    a.series.insert(key("cost"), some(&[1.0, 2.0]));
    let mut b = table(1, "value", &some(&[1.0, 2.0]));
    b.series.insert(
        SeriesKey {
            unit: "EUR".to_owned(),
            ..key("cost")
        },
        some(&[1.0, 2.0]),
    );
    let comparison = Comparison::of(&a, &b);
    assert_eq!(comparison.rows.len(), 1);
    assert_eq!(comparison.only_in_a, [key("cost")]);
    assert_eq!(comparison.only_in_b[0].unit, "EUR");
}

#[test]
fn amounts_beyond_squares_have_no_interval_rather_than_a_wrong_one() {
    let found = row(
        "value",
        (1, &[1e300, -1e300, 1e300]),
        (1, &[-1e300, 1e300, 1e300]),
    );
    assert_eq!((found.ci95, found.mark), (None, Mark::NoEvidence));
    let found = row(
        "value",
        (1, &[1e-200, 2e-200, 4e-200]),
        (2, &[5e-200, 6e-200, 9e-200]),
    );
    assert!(
        found
            .ci95
            .is_some_and(|(low, high)| low.is_finite() && high.is_finite())
    );
}

#[test]
fn rounding_is_no_difference() {
    let a = [1.0, 0.9, 0.8];
    let found = row(
        "slo_attainment",
        (1, &a),
        (1, &a.map(|value: f64| value + 3e-16)),
    );
    assert_eq!(
        (found.difference, found.ci95, found.mark),
        (Some(0.0), Some((0.0, 0.0)), Mark::Same)
    );
    let found = row("slo_attainment", (1, &a), (1, &a.map(|value| value + 1e-9)));
    assert_eq!(found.mark, Mark::Better);
}

fn judged(condition: &str, a: &[f64], b: &[f64]) -> Judgement {
    let (a, b) = (
        table(1, "net_value", &some(a)),
        table(1, "net_value", &some(b)),
    );
    condition
        .parse::<Condition>()
        .unwrap()
        .judge(&Comparison::of(&a, &b))
}

/// Differences -9, -10 and -11 on a mean of 100: the interval is -10 ± 4.3027/sqrt(3) = -12.484 to -7.516, in percent too.
#[test]
fn a_condition_holds_where_the_whole_interval_is_beyond() {
    let (a, b) = ([100.0; 3], [91.0, 90.0, 89.0]);
    for (condition, holds) in [
        ("net_value[fleet] < -7.5", true),
        ("net_value[fleet]<-7.52", false),
        ("net_value[fleet] < -7.5%", true),
        ("net_value[fleet] < -7.52 %", false),
        ("net_value[fleet] < 0", true),
        ("net_value[fleet] > -12.5", true),
        ("net_value[fleet] > -12.48", false),
        ("net_value[fleet] > 0%", false),
    ] {
        match judged(condition, &a, &b) {
            Judgement::Holds(..) => assert!(holds, "{condition}"),
            Judgement::DoesNotHold(..) => assert!(!holds, "{condition}"),
            Judgement::Unknown(why) => panic!("{condition}: {why}"),
        }
    }
    // Percentages are of A's size: a loss that grows is a fall.
    let loss = judged(
        "net_value[fleet] < -7.5%",
        &[-100.0; 3],
        &[-109.0, -110.0, -111.0],
    );
    assert!(matches!(loss, Judgement::Holds(..)));
}

#[test]
fn what_cannot_be_judged_is_not_judged() {
    let unknown = |judgement| matches!(judgement, Judgement::Unknown(_));
    assert!(unknown(judged("net_value[fleet] < -1%", &[1.0], &[0.0])));
    assert!(unknown(judged(
        "cost[fleet] < -1%",
        &[1.0, 1.0],
        &[0.0, 0.0]
    )));
    assert!(unknown(judged(
        "net_value[fleet] < -1%",
        &[0.0, 0.0],
        &[1.0, 2.0]
    )));
    assert!(!unknown(judged(
        "net_value[fleet] < -1",
        &[0.0, 0.0],
        &[1.0, 2.0]
    )));
    let same = judged("net_value[fleet] < -1%", &[0.0, 0.0], &[0.0, 0.0]);
    assert_eq!(same, Judgement::DoesNotHold(0.0, 0.0));
}

#[test]
fn conditions_have_one_form() {
    let condition: Condition = "slo_attainment[assistant] < -0.5%".parse().unwrap();
    assert_eq!(condition.to_string(), "slo_attainment[assistant] < -0.5%");
    assert_eq!("value[x]>1e6".parse::<Condition>().unwrap().threshold, 1e6);
    for (wrong, said) in [
        ("", "no < or >"),
        ("net_value[fleet]", "no < or >"),
        ("net_value[fleet] = 3", "no < or >"),
        ("net_value < -1%", "`net_value` does not name"),
        ("[fleet] < -1%", "does not name"),
        ("net_value[fleet] < much", "`much` is not a number"),
        ("net_value[fleet] <= 1", "`= 1` is not a number"),
        ("net_value[fleet] < ", "`` is not a number"),
        ("net_value[fleet] < %", "`` is not a number"),
        ("net_value[fleet] < 1%%", "`1%` is not a number"),
        ("net_value[fleet] < inf", "finite"),
        ("net_value[fleet] > NaN%", "finite"),
    ] {
        let error = wrong.parse::<Condition>().unwrap_err().to_string();
        assert!(
            error.contains(said) && error.contains("'net_value[fleet] < -1%'"),
            "{wrong}: {error}"
        );
    }
}
